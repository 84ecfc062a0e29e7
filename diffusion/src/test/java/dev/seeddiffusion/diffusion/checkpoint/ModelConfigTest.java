package dev.seeddiffusion.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
    static final ModelConfig TINY =
            new ModelConfig(
                    300,
                    64,
                    2,
                    4,
                    2,
                    16,
                    128,
                    512,
                    1e-6,
                    10000,
                    true,
                    0,
                    1,
                    SamplingDefaults.of(16, 0.9));

    @TempDir Path folder;

    @Test
    void reads_back_what_was_written() throws IOException {
        assertThat(ModelConfig.read(file(TINY.toJson(DType.BF16)))).isEqualTo(TINY);
    }

    @Test
    void names_the_type_of_the_weights_as_transformers_does() {
        assertThat(TINY.toJson(DType.BF16)).contains("\"torch_dtype\": \"bfloat16\"");
    }

    @Test
    void block_and_threshold_have_defaults() throws IOException {
        String json =
                TINY.toJson(DType.F32).replace("block_length", "x").replace("confidence_", "y");

        ModelConfig config = ModelConfig.read(file(json));

        assertThat(config.sampling().blockTokens()).isEqualTo(16);
        assertThat(config.sampling().threshold()).isEqualTo(0.9);
    }

    @Test
    void a_model_revises_only_if_its_file_says_so() throws IOException {
        String json = TINY.toJson(DType.F32);
        String revising =
                json.replace("\"block_length\"", "\"revise_threshold\": 0.95, \"block_length\"");

        assertThat(json).doesNotContain("revise");
        assertThat(ModelConfig.read(file(json)).sampling().reviseThreshold()).isNull();
        ModelConfig config = ModelConfig.read(file(revising));
        assertThat(config.sampling().reviseThreshold()).isEqualTo(0.95);
        assertThat(ModelConfig.read(file(config.toJson(DType.F32)))).isEqualTo(config);
    }

    @Test
    void a_file_may_name_the_mode_that_writes() throws IOException {
        ModelConfig lossless = TINY.sampledBy(TINY.sampling().in(DecodingMode.LOSSLESS));
        String json = lossless.toJson(DType.F32);

        assertThat(json).contains("\"decoding\": \"lossless\"");
        assertThat(ModelConfig.read(file(json))).isEqualTo(lossless);
        assertThat(ModelConfig.read(file(json.replace("\"decoding\"", "\"other\""))).sampling())
                .isEqualTo(TINY.sampling());
        assertRefused(
                json.replace("\"lossless\"", "\"best\""),
                "decoding is \"best\", but must be one of [diffusion, autoregressive, lossless]");
    }

    @Test
    void a_revise_threshold_is_a_probability() throws IOException {
        assertRefused(
                TINY.toJson(DType.F32).replaceFirst("\\{", "{\"revise_threshold\": 1.5,"),
                "revise_threshold is 1.5, but must lie in (0, 1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vocab_size",
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "num_key_value_heads",
                "head_dim",
                "intermediate_size",
                "max_position_embeddings",
                "rms_norm_eps",
                "rope_theta",
                "tie_word_embeddings",
                "eos_token_id",
                "mask_token_id"
            })
    void a_missing_field_is_named(String field) throws IOException {
        String json = TINY.toJson(DType.F32).replace("\"" + field + "\"", "\"renamed\"");

        assertRefused(json, field + " is missing");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "vocab_size; 0; vocab_size is 0, but must be positive",
                "hidden_size; -64; hidden_size is -64, but must be positive",
                "hidden_size; 64.5; hidden_size is 64.5, but must be a whole number",
                "hidden_size; \"64\"; hidden_size is \"64\", but must be a whole number",
                "hidden_size; 4294967360; hidden_size is 4294967360, but must be a whole number",
                "hidden_size; [64]; hidden_size is [64], but must be a whole number",
                "num_key_value_heads; 3; num_attention_heads is 4, which num_key_value_heads, 3",
                "head_dim; 15; head_dim is 15, but must be even",
                "rms_norm_eps; 0; rms_norm_eps is 0.0, but must be a positive number",
                "rope_theta; 1e999; rope_theta is Infinity, but must be a positive number",
                "rope_theta; true; rope_theta is true, but must be a number",
                "tie_word_embeddings; 1; tie_word_embeddings is 1, but must be true or false",
                "eos_token_id; 300; eos_token_id is 300, but must be a token id below vocab_size",
                "mask_token_id; -1; mask_token_id is -1, but must be a token id below vocab_size",
                "mask_token_id; 0; eos_token_id and mask_token_id are both 0",
                "block_length; 513; block_length is 513, but max_position_embeddings only 512",
                "confidence_threshold; 1.5; confidence_threshold is 1.5, but must lie in (0, 1]",
                "model_type; \"llama\"; model_type is \"llama\", but only \"qwen3\" is known",
                "attention_pattern; \"full\"; attention_pattern is \"full\", but only",
                "attention_bias; true; attention_bias is true, but only false is known",
            })
    void a_wrong_value_is_refused_by_field(String field, String value, String message)
            throws IOException {
        String json =
                TINY.toJson(DType.F32)
                        .replaceAll("(\"" + field + "\": )[^\\n]*?(,?\\n)", "$1" + value + "$2");

        assertRefused(json, message);
    }

    @Test
    void scaled_rotary_frequencies_are_refused() throws IOException {
        assertRefused(
                TINY.toJson(DType.F32).replaceFirst("\\{", "{\"rope_scaling\": {\"factor\": 2},"),
                "rope_scaling is {\"factor\":2}");
    }

    @Test
    void what_is_not_json_is_refused() throws IOException {
        assertRefused("hidden_size = 64", "not valid JSON");
    }

    @Test
    void counts_every_weight_once() {
        long queryAndOutput = 2 * 64 * (4 * 16);
        long keyAndValue = 2 * 64 * (2 * 16);
        long norms = 2 * 16 + 2 * 64;
        long layer = queryAndOutput + keyAndValue + 3 * 64 * 128 + norms;

        assertThat(TINY.parameters()).isEqualTo(300 * 64 + 2 * layer + 64);
    }

    private void assertRefused(String json, String message) throws IOException {
        Path file = file(json);

        assertThatThrownBy(() -> ModelConfig.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("config.json"), json);
    }
}
