package dev.seeddiffusion.diffusion.checkpoint;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@code config.json} as its family writes it. */
final class ModelConfigParser {
    private ModelConfigParser() {}

    /**
     * @param tokens ids that the file does not name
     * @throws CheckpointException naming the field, but not the file
     */
    static ModelConfig parse(ConfigFields fields, TokenIds tokens) {
        ModelFamily family = ModelFamilies.of(fields);
        ConfigKeys keys = family.keys();
        requireKnownOptions(fields, keys);
        int context = fields.integer(keys.contextTokens());
        List<Integer> ends = fields.integersOr("eos_token_id", List.of());
        require(!ends.isEmpty(), "eos_token_id is missing, but must be a token id");
        return new ModelConfig(
                fields.integer(keys.vocabulary()),
                fields.integer(keys.hiddenWidth()),
                fields.integer(keys.layers()),
                fields.integer(keys.queryHeads()),
                fields.integer(keys.keyValueHeads()),
                headWidth(fields, family),
                fields.integer(keys.feedForwardWidth()),
                context,
                fields.number("rms_norm_eps"),
                fields.number("rope_theta"),
                fields.bool(keys.tiedEmbeddings()),
                ends.getFirst(),
                mask(fields, family, tokens),
                SamplingDefaults.parse(fields, family, context),
                union(ends, tokens.generationEnds()),
                family);
    }

    /** What would change the forward in a way that the model does not follow. */
    private static void requireKnownOptions(ConfigFields fields, ConfigKeys keys) {
        keys.only().forEach(option -> fields.requireIfPresent(option.field(), option.value()));
        keys.absent().forEach(fields::requireAbsent);
        if (fields.isAbsent("use_sliding_window")) { // otherwise that says whether it counts
            fields.requireAbsent("sliding_window");
        }
        for (String type : fields.textsOr("layer_types", List.of())) {
            require(
                    type.equals("full_attention"),
                    "layer_types has %s, but only full_attention is known",
                    type);
        }
    }

    private static int headWidth(ConfigFields fields, ModelFamily family) {
        if (family.has(ModelTrait.QUERY_KEY_NORM) || !fields.isAbsent("head_dim")) {
            return fields.integer("head_dim");
        }
        int hidden = fields.integer(family.keys().hiddenWidth());
        int heads = fields.integer(family.keys().queryHeads());
        require(
                heads > 0 && hidden % heads == 0,
                "%s is %d, which %s, %d, does not divide: head_dim must say how wide heads are",
                family.keys().hiddenWidth(),
                hidden,
                family.keys().queryHeads(),
                heads);
        return hidden / heads;
    }

    private static int mask(ConfigFields fields, ModelFamily family, TokenIds tokens) {
        Integer id =
                fields.isAbsent("mask_token_id")
                                && family.attention() != AttentionPattern.CAUSAL_CONTEXT
                        ? tokens.mask(family.maskToken())
                        : Integer.valueOf(fields.integer("mask_token_id"));
        if (id == null) {
            throw new CheckpointException(
                    "mask_token_id is missing, and no file of the tokenizer has "
                            + family.maskToken());
        }
        return id;
    }

    private static Set<Integer> union(List<Integer> some, List<Integer> others) {
        Set<Integer> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private static void require(boolean holds, String message, @Nullable Object... facts) {
        if (!holds) {
            throw new CheckpointException(message.formatted(facts));
        }
    }
}
