package dev.seeddiffusion.diffusion.model;

/**
 * One token for each of n rows.
 *
 * @param ids token ids, length n
 * @param confidences the model's probability of each, in [0, 1], length n
 */
public record Choice(int[] ids, float[] confidences) {}
