package dev.seeddiffusion.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final Tensor NORM = Tensors.floats("model.norm.weight", new long[] {2}, 1, 2);
    private static final Tensor HEAD = Tensors.floats("lm_head.weight", new long[] {2, 1}, 3, 4);
    private static final Set<DType> FLOATS = Set.of(DType.F32);

    @TempDir Path parent;
    private Path folder;
    private Path tokenizer;

    @BeforeEach
    void prepare() throws IOException {
        folder = parent.resolve("model");
        tokenizer = Files.writeString(parent.resolve("any.json"), "{}");
    }

    @Test
    void reads_back_what_was_written() throws IOException {
        write(NORM, HEAD);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThat(reader.config()).isEqualTo(ModelConfigTest.TINY);
            assertThat(reader.names()).containsExactly("lm_head.weight", "model.norm.weight");
            Tensor head = reader.tensor("lm_head.weight", FLOATS, 2, 1);
            assertThat(head.buffer().getFloat(4)).isEqualTo(4);
        }
        assertThat(folder.resolve("tokenizer.json")).hasContent("{}");
        assertThat(folder.resolve("config.json")).content().contains("\"float32\"");
        assertThat(parent).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void replaces_the_model_in_a_folder_and_keeps_its_other_files() throws IOException {
        write(NORM);
        Files.writeString(folder.resolve("README.md"), "a model card");

        write(HEAD);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThat(reader.names()).containsExactly("lm_head.weight");
        }
        assertThat(folder.resolve("README.md")).hasContent("a model card");
        assertThat(parent).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void a_write_that_fails_leaves_the_folder_as_it_was() throws IOException {
        write(NORM);

        assertThatThrownBy(
                        () ->
                                CheckpointWriter.write(
                                        folder,
                                        ModelConfigTest.TINY,
                                        List.of(HEAD),
                                        parent.resolve("no-tokenizer.json")))
                .isInstanceOf(IOException.class);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThat(reader.names()).containsExactly("model.norm.weight");
        }
        assertThat(parent).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void a_folder_whose_weights_are_not_moved_in_yet_is_no_checkpoint() throws IOException {
        write(NORM);
        Files.delete(folder.resolve("model.safetensors"));

        assertRefused("has no weights");
    }

    @Test
    void a_missing_tensor_is_named_with_what_is_there() throws IOException {
        write(NORM);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThatThrownBy(() -> reader.tensor("lm_head.weight", FLOATS, 2, 1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll(
                            folder.toString(),
                            "no tensor lm_head.weight",
                            "1 tensors in [model.safetensors]");
        }
    }

    @Test
    void another_shape_or_type_is_refused_with_both() throws IOException {
        write(NORM);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThatThrownBy(() -> reader.tensor("model.norm.weight", FLOATS, 3))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll(
                            "model.safetensors", "model.norm.weight F32 [2]", "needs [F32] [3]");
            assertThatThrownBy(() -> reader.tensor("model.norm.weight", Set.of(DType.BF16), 2))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll("model.norm.weight F32 [2]", "needs [BF16] [2]");
        }
    }

    @Test
    void reads_shards_through_their_index() throws IOException {
        writeShards(
                """
                {"metadata": {"total_size": 16}, "weight_map": {
                  "model.norm.weight": "model-00001-of-00002.safetensors",
                  "lm_head.weight": "model-00002-of-00002.safetensors"}}
                """);

        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            assertThat(reader.names()).containsExactly("lm_head.weight", "model.norm.weight");
            assertThat(reader.tensor("lm_head.weight", FLOATS, 2, 1).buffer().getFloat())
                    .isEqualTo(3);
            assertThat(reader.tensor("model.norm.weight", FLOATS, 2).buffer().getFloat())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_shard_without_the_tensor_that_the_index_promises_is_named() throws IOException {
        writeShards("{\"weight_map\": {\"lm_head.weight\": \"model-00001-of-00002.safetensors\"}}");

        assertRefused("model-00001-of-00002.safetensors has no tensor lm_head.weight");
    }

    @Test
    void a_missing_shard_is_named() throws IOException {
        writeShards("{\"weight_map\": {\"lm_head.weight\": \"model-00003-of-00003.safetensors\"}}");

        assertRefused("model-00003-of-00003.safetensors cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../other/a.safetensors",
                "/etc/a.safetensors",
                "a.bin",
                "..",
                "a\\u0000.safetensors"
            })
    void an_index_that_leads_out_of_the_folder_is_refused(String name) throws IOException {
        writeShards("{\"weight_map\": {\"lm_head.weight\": \"" + name + "\"}}");

        assertRefused("weight_map.lm_head.weight is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"weight_map\": []}", "[", ""})
    void a_malformed_index_is_refused(String index) throws IOException {
        writeShards(index);

        assertRefused("model.safetensors.index.json");
    }

    @Test
    void the_digest_changes_with_a_weight_or_a_constant() throws IOException {
        write(NORM);
        String digest = digest();

        write(NORM);
        assertThat(digest()).isEqualTo(digest).matches("[0-9a-f]{64}");
        write(Tensors.floats("model.norm.weight", new long[] {2}, 1, 2.5f));
        assertThat(digest()).isNotEqualTo(digest);
        write(NORM);
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("10000", "20000"));
        assertThat(digest()).isNotEqualTo(digest);
    }

    @Test
    void a_tensor_with_too_few_bytes_cannot_be_made() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[6]);

        assertThatThrownBy(() -> new Tensor("short", DType.F32, new long[] {2}, bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("short is F32 [2], but has 6 bytes");
    }

    private void write(Tensor... weights) throws IOException {
        CheckpointWriter.write(folder, ModelConfigTest.TINY, List.of(weights), tokenizer);
    }

    private void writeShards(String index) throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("config.json"), ModelConfigTest.TINY.toJson(DType.F32));
        SafetensorsWriter.write(
                folder.resolve("model-00001-of-00002.safetensors"), List.of(NORM), Map.of());
        SafetensorsWriter.write(
                folder.resolve("model-00002-of-00002.safetensors"), List.of(HEAD), Map.of());
        Files.writeString(folder.resolve("model.safetensors.index.json"), index);
    }

    private String digest() {
        try (CheckpointReader reader = CheckpointReader.open(folder)) {
            return reader.digest();
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> CheckpointReader.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }
}
