package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Logits;

/**
 * The candidates of a canvas whose row of logits is its position.
 *
 * @param positions that a token may be placed at, ascending
 * @param proposal a token for each position of the canvas
 * @param logits it was chosen from
 * @param maskedAtFirst how many positions there were when the block began
 */
record OpenPositions(int[] positions, Choice proposal, Logits logits, int maskedAtFirst)
        implements Candidates {

    @Override
    public float[] confidences() {
        return at(proposal.confidences());
    }

    @Override
    public float[] entropies() {
        return at(logits.entropies());
    }

    @Override
    public float[] margins() {
        return at(logits.margins());
    }

    private float[] at(float[] ofAll) {
        float[] values = new float[positions.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = ofAll[positions[i]];
        }
        return values;
    }
}
