package dev.seeddiffusion.diffusion.tokenizer;

/**
 * A prompt, cut where its last token may still change by what follows.
 *
 * @param head token ids of the text before the tail
 * @param tail bytes at the end of the prompt that generation must produce again, and that are not
 *     output again; empty if there is nothing to heal
 */
public record HealedPrompt(int[] head, byte[] tail) {}
