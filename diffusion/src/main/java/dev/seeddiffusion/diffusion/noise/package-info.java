/** How clean text becomes noise: levels, masks, blocks. */
@NullMarked
package dev.seeddiffusion.diffusion.noise;

import org.jspecify.annotations.NullMarked;
