/** Runs any PyTorch operator from Java: TorchScript source in, callable module out, no Python. */
@NullMarked
package dev.seeddiffusion.diffusion.torchscript;

import org.jspecify.annotations.NullMarked;
