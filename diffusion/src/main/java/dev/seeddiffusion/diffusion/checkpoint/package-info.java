/**
 * Model folders in the Hugging Face layout: {@code config.json}, {@code *.safetensors} and {@code
 * tokenizer.json}, read with every length checked before it is believed, and written atomically.
 */
@NullMarked
package dev.seeddiffusion.diffusion.checkpoint;

import org.jspecify.annotations.NullMarked;
