package dev.seeddiffusion.diffusion.noise;

/**
 * A row after noise, slot by slot of its {@link BlockPartition}.
 *
 * @param tokens token ids, masks included
 * @param weights of each slot's negative log-likelihood in the diffusion loss; 0 where it is not
 *     scored
 */
public record NoisyRow(int[] tokens, double[] weights) {}
