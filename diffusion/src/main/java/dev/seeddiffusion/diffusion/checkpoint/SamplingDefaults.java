package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a model is sampled unless a request says otherwise: five keys of ours in {@code config.json}.
 *
 * @param decoding {@code decoding}, in lower case: which mode writes
 * @param blockTokens {@code block_length}: tokens denoised together
 * @param threshold {@code confidence_threshold} in (0, 1]: probability from which a token is placed
 * @param reviseThreshold {@code revise_threshold} in (0, 1]: probability from which another token
 *     replaces a placed one; null, and absent from the file, if placed tokens stay
 * @param approximatePrefix {@code approximate_prefix}: whether a bidirectional model keeps keys and
 *     values of what is before a window while that is denoised; faster, and not the same output
 */
public record SamplingDefaults(
        DecodingMode decoding,
        int blockTokens,
        double threshold,
        @Nullable Double reviseThreshold,
        boolean approximatePrefix) {

    /**
     * @throws CheckpointException if a value is out of range; the message names the field of {@code
     *     config.json}
     */
    public SamplingDefaults {
        require(blockTokens > 0, "block_length is %d, but must be positive", blockTokens);
        require(
                threshold > 0 && threshold <= 1,
                "confidence_threshold is %s, but must lie in (0, 1]",
                threshold);
        require(
                reviseThreshold == null || (reviseThreshold > 0 && reviseThreshold <= 1),
                "revise_threshold is %s, but must lie in (0, 1]",
                reviseThreshold);
    }

    /** Diffusion whose placed tokens stay. */
    public static SamplingDefaults of(int blockTokens, double threshold) {
        return new SamplingDefaults(DecodingMode.DIFFUSION, blockTokens, threshold, null, false);
    }

    /** The same, written by another mode. */
    public SamplingDefaults in(DecodingMode mode) {
        return new SamplingDefaults(
                mode, blockTokens, threshold, reviseThreshold, approximatePrefix);
    }

    /**
     * @param family whose published code says what the file does not
     * @param contextTokens of the model
     */
    static SamplingDefaults parse(ConfigFields fields, ModelFamily family, int contextTokens) {
        FamilyDecoding usual = family.decoding();
        return new SamplingDefaults(
                fields.constantOr("decoding", DecodingMode.DIFFUSION),
                blockTokens(fields, Math.min(usual.blockTokens(), contextTokens)),
                fields.numberOr("confidence_threshold", usual.threshold()),
                fields.numberOrNull("revise_threshold"),
                fields.boolOr("approximate_prefix", false));
    }

    /** Ours first, then SDAR's key and Fast-dLLM's. */
    private static int blockTokens(ConfigFields fields, int absent) {
        return fields.integerOr(
                "block_length",
                fields.integerOr("block_size", fields.integerOr("bd_size", absent)));
    }

    void write(JsonObject json) {
        json.addProperty("decoding", decoding.name().toLowerCase(Locale.ROOT));
        json.addProperty("block_length", blockTokens);
        json.addProperty("confidence_threshold", threshold);
        if (reviseThreshold != null) {
            json.addProperty("revise_threshold", reviseThreshold);
        }
        if (approximatePrefix) {
            json.addProperty("approximate_prefix", true);
        }
    }

    private static void require(boolean holds, String message, @Nullable Object value) {
        if (!holds) {
            throw new CheckpointException(message.formatted(value));
        }
    }
}
