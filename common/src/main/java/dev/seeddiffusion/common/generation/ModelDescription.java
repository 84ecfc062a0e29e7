package dev.seeddiffusion.common.generation;

import org.jspecify.annotations.Nullable;

/**
 * What a replica serves.
 *
 * @param id the name that requests carry
 * @param contextTokens most tokens of prompt and output together
 * @param parameters number of weights
 * @param blockTokens default tokens denoised together
 * @param threshold default confidence from which a token is placed
 * @param decoding default mode
 * @param expectedSpeedUp how many times as fast as one token at a time the defaults are expected to
 *     be on this machine; null if that is not known
 * @param deterministic whether equal requests get equal text, whoever else is served
 */
public record ModelDescription(
        String id,
        int contextTokens,
        long parameters,
        int blockTokens,
        double threshold,
        Decoding decoding,
        @Nullable Double expectedSpeedUp,
        boolean deterministic) {}
