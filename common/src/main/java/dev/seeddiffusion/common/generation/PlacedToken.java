package dev.seeddiffusion.common.generation;

/**
 * Where a committed token comes from.
 *
 * @param id token id
 * @param step the denoising step of the request at which it was placed, from 1; 0 for a token that
 *     spells the prompt's end
 * @param confidence the model's probability for it at that step, in [0, 1]
 */
public record PlacedToken(int id, int step, float confidence) {}
