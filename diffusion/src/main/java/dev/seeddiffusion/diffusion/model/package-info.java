/** The transformer: its weights, its KV cache, one forward for every mode. */
@NullMarked
package dev.seeddiffusion.diffusion.model;

import org.jspecify.annotations.NullMarked;
