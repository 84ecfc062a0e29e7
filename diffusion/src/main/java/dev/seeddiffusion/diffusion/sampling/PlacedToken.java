package dev.seeddiffusion.diffusion.sampling;

/**
 * A token of the output and where it comes from.
 *
 * @param id token id
 * @param step the denoising step of its generation at which it was placed, from 1
 * @param confidence the model's probability for it at that step, in [0, 1]
 */
public record PlacedToken(int id, int step, float confidence) {}
