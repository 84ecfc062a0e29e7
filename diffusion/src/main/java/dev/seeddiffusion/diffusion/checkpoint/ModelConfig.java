package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sizes and constants of a model, as in the {@code config.json} of its family, plus keys of
 * ours: {@code attention_pattern} and the {@link SamplingDefaults}. Immutable. Names in the
 * following are those of Hugging Face's library; a family may have its own.
 *
 * @param vocabulary {@code vocab_size}: rows of the embedding; token ids lie in [0, vocabulary)
 * @param hiddenWidth {@code hidden_size}: width of the residual stream
 * @param layers {@code num_hidden_layers}
 * @param queryHeads {@code num_attention_heads}, a multiple of {@code keyValueHeads}
 * @param keyValueHeads {@code num_key_value_heads}
 * @param headWidth {@code head_dim}, even, because RoPE rotates pairs
 * @param feedForwardWidth {@code intermediate_size} of SwiGLU
 * @param contextTokens {@code max_position_embeddings}: the longest prompt plus completion, tokens
 * @param normEpsilon {@code rms_norm_eps}
 * @param ropeTheta {@code rope_theta}: base of the rotary frequencies
 * @param tiedEmbeddings {@code tie_word_embeddings}: the output head is the embedding
 * @param documentEnd {@code eos_token_id}, the first if there are several; also written as {@code
 *     bos_token_id}: a document of ours starts and ends with it
 * @param mask {@code mask_token_id}: stands where a token is not placed yet
 * @param sampling how it is sampled unless a request says otherwise
 * @param ends all {@code eos_token_id} of {@code config.json} and {@code generation_config.json}
 * @param family how its forward differs from others'
 */
public record ModelConfig(
        int vocabulary,
        int hiddenWidth,
        int layers,
        int queryHeads,
        int keyValueHeads,
        int headWidth,
        int feedForwardWidth,
        int contextTokens,
        double normEpsilon,
        double ropeTheta,
        boolean tiedEmbeddings,
        int documentEnd,
        int mask,
        SamplingDefaults sampling,
        Set<Integer> ends,
        ModelFamily family) {

    static final String FILE = "config.json";

    /**
     * Eight times the longest published one; bounds what a model allocates by its configuration.
     */
    private static final int LONGEST_CONTEXT = 1 << 20;

    /**
     * @throws CheckpointException if a value is out of range; the message names the field of {@code
     *     config.json}
     */
    public ModelConfig {
        requirePositive("vocab_size", vocabulary);
        requirePositive("hidden_size", hiddenWidth);
        requirePositive("num_hidden_layers", layers);
        requirePositive("num_attention_heads", queryHeads);
        requirePositive("num_key_value_heads", keyValueHeads);
        requirePositive("head_dim", headWidth);
        requirePositive("intermediate_size", feedForwardWidth);
        requirePositive("max_position_embeddings", contextTokens);
        require(
                contextTokens <= LONGEST_CONTEXT,
                "max_position_embeddings is %d, but at most %d are served: lower it",
                contextTokens,
                LONGEST_CONTEXT);
        require(
                queryHeads % keyValueHeads == 0,
                "num_attention_heads is %d, which num_key_value_heads, %d, does not divide",
                queryHeads,
                keyValueHeads);
        require(headWidth % 2 == 0, "head_dim is %d, but must be even", headWidth);
        require(
                normEpsilon > 0 && Double.isFinite(normEpsilon),
                "rms_norm_eps is %s, but must be a positive number",
                normEpsilon);
        require(
                ropeTheta > 0 && Double.isFinite(ropeTheta),
                "rope_theta is %s, but must be a positive number",
                ropeTheta);
        require(
                sampling.blockTokens() <= contextTokens,
                "block_length is %d, but max_position_embeddings only %d",
                sampling.blockTokens(),
                contextTokens);
        ends = Set.copyOf(ends);
        ends.forEach(end -> requireToken("eos_token_id", end, vocabulary));
        requireToken("mask_token_id", mask, vocabulary);
        require(
                ends.contains(documentEnd) && !ends.contains(mask),
                "eos_token_id and mask_token_id are both %d, but must differ",
                mask);
        require(
                sampling.decoding() == DecodingMode.DIFFUSION
                        || family.attention() == AttentionPattern.CAUSAL_CONTEXT,
                "decoding is %s, but a model of %s writes by diffusion only",
                sampling.decoding(),
                family.name());
    }

    /** A model of our own family. */
    public ModelConfig(
            int vocabulary,
            int hiddenWidth,
            int layers,
            int queryHeads,
            int keyValueHeads,
            int headWidth,
            int feedForwardWidth,
            int contextTokens,
            double normEpsilon,
            double ropeTheta,
            boolean tiedEmbeddings,
            int documentEnd,
            int mask,
            SamplingDefaults sampling) {
        this(
                vocabulary,
                hiddenWidth,
                layers,
                queryHeads,
                keyValueHeads,
                headWidth,
                feedForwardWidth,
                contextTokens,
                normEpsilon,
                ropeTheta,
                tiedEmbeddings,
                documentEnd,
                mask,
                sampling,
                Set.of(documentEnd),
                ModelFamilies.SEED);
    }

    /** The same model, sampled in another way unless a request says otherwise. */
    public ModelConfig sampledBy(SamplingDefaults other) {
        return new ModelConfig(
                vocabulary,
                hiddenWidth,
                layers,
                queryHeads,
                keyValueHeads,
                headWidth,
                feedForwardWidth,
                contextTokens,
                normEpsilon,
                ropeTheta,
                tiedEmbeddings,
                documentEnd,
                mask,
                other,
                ends,
                family);
    }

    /**
     * Reads {@code config.json} and, for ids that it does not name, the files beside it.
     *
     * @param file the file itself, not its folder
     * @throws CheckpointException if the file cannot be read, is not JSON, lacks a field, or
     *     describes another kind of model; the message names file and field
     */
    public static ModelConfig read(Path file) {
        ConfigFields fields = ConfigFields.read(file);
        try {
            return ModelConfigParser.parse(fields, new TokenIds(file.toAbsolutePath().getParent()));
        } catch (CheckpointException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The text of {@code config.json}: {@link #read} of it gives an equal record, and Transformers
     * opens it as a Qwen3 model.
     *
     * @param weights the type of the weights beside it
     * @throws IllegalStateException if the model is not of our own family
     */
    public String toJson(DType weights) {
        if (family != ModelFamilies.SEED) {
            throw new IllegalStateException("Models of " + family.name() + " are read only.");
        }
        JsonArray architectures = new JsonArray();
        architectures.add(family.architecture());
        JsonObject json = new JsonObject();
        json.add("architectures", architectures);
        json.addProperty("model_type", family.modelType());
        json.addProperty("vocab_size", vocabulary);
        json.addProperty("hidden_size", hiddenWidth);
        json.addProperty("num_hidden_layers", layers);
        json.addProperty("num_attention_heads", queryHeads);
        json.addProperty("num_key_value_heads", keyValueHeads);
        json.addProperty("head_dim", headWidth);
        json.addProperty("intermediate_size", feedForwardWidth);
        json.addProperty("hidden_act", "silu");
        json.addProperty("attention_bias", false);
        json.addProperty("max_position_embeddings", contextTokens);
        json.addProperty("rms_norm_eps", normEpsilon);
        json.addProperty("rope_theta", ropeTheta);
        json.addProperty("tie_word_embeddings", tiedEmbeddings);
        json.addProperty("torch_dtype", weights.torchName());
        json.addProperty("bos_token_id", documentEnd);
        json.addProperty("eos_token_id", documentEnd);
        json.addProperty("mask_token_id", mask);
        json.addProperty(ModelFamilies.ATTENTION_PATTERN, ModelFamilies.patternName(family));
        sampling.write(json);
        return new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n";
    }

    /** Number of trained weights, a tied embedding counted once. */
    public long parameters() {
        long attention = 2L * hiddenWidth * headWidth * (queryHeads + keyValueHeads);
        attention += family.has(ModelTrait.QUERY_KEY_NORM) ? 2L * headWidth : 0;
        attention +=
                family.has(ModelTrait.ATTENTION_BIAS)
                        ? headWidth * (queryHeads + 2L * keyValueHeads)
                        : 0;
        long feedForward = 3L * hiddenWidth * feedForwardWidth;
        long norms = 2L * hiddenWidth;
        long embeddings = (tiedEmbeddings ? 1L : 2L) * vocabulary * hiddenWidth;
        return embeddings + layers * (attention + feedForward + norms) + hiddenWidth;
    }

    private static void requirePositive(String field, int value) {
        require(value > 0, "%s is %d, but must be positive", field, value);
    }

    private static void requireToken(String field, int id, int vocabulary) {
        require(
                id >= 0 && id < vocabulary,
                "%s is %d, but must be a token id below vocab_size, %d",
                field,
                id,
                vocabulary);
    }

    private static void require(boolean holds, String message, @Nullable Object... facts) {
        if (!holds) {
            throw new CheckpointException(message.formatted(facts));
        }
    }
}
