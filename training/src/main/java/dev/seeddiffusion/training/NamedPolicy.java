package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;

/**
 * An unmasking policy and what it was asked for as.
 *
 * @param name such as {@code factor:1.0}
 */
record NamedPolicy(String name, UnmaskingPolicy policy) {}
