/** Writes text with the model, one denoising step at a time. */
@NullMarked
package dev.seeddiffusion.diffusion.sampling;

import org.jspecify.annotations.NullMarked;
