package dev.seeddiffusion.diffusion.sampling;

/**
 * A token of the output and where it comes from.
 *
 * @param id token id
 * @param step the denoising step of its generation at which it was placed, the last time if it was
 *     revised, from 1; 0 for a token that the canvas began with or that spells the prompt's end
 * @param confidence the model's probability for it at that step, in [0, 1]; 1 for a token of step 0
 * @param revisions how many other tokens stood there before
 */
public record PlacedToken(int id, int step, float confidence, int revisions) {

    /** A token placed for good. */
    PlacedToken(int id, int step, float confidence) {
        this(id, step, confidence, 0);
    }

    PlacedToken revised(int other, int atStep, float confidenceThen) {
        return new PlacedToken(other, atStep, confidenceThen, revisions + 1);
    }
}
