package dev.seeddiffusion.common.generation;

/**
 * Where a committed token comes from.
 *
 * @param id token id
 * @param text what it adds to the text; U+FFFD where it is a part of a character only
 * @param step the denoising step of the request at which it was placed, from 1; 0 for a token that
 *     spells the prompt's end
 * @param confidence the model's probability for it at that step, in [0, 1]
 * @param revisions how many other tokens stood there before
 */
public record PlacedToken(int id, String text, int step, float confidence, int revisions) {}
