/**
 * Text to token ids and back: byte-level BPE in Hugging Face's {@code tokenizer.json}, our own
 * trainer for it, and what generation needs to start and stop in the middle of a word or of a
 * character.
 */
@NullMarked
package dev.seeddiffusion.diffusion.tokenizer;

import org.jspecify.annotations.NullMarked;
