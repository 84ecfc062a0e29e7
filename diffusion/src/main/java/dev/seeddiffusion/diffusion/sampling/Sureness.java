package dev.seeddiffusion.diffusion.sampling;

/** By what a token that the model proposes is surer than another; greater is surer. */
public enum Sureness {
    /** Its probability. */
    PROBABILITY {
        @Override
        float[] of(Candidates candidates) {
            return candidates.confidences();
        }
    },
    /** Minus the entropy of the distribution that it is the likeliest of. */
    CERTAINTY {
        @Override
        float[] of(Candidates candidates) {
            float[] values = candidates.entropies().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = -values[i];
            }
            return values;
        }
    },
    /** Its probability minus the second's. */
    MARGIN {
        @Override
        float[] of(Candidates candidates) {
            return candidates.margins();
        }
    };

    /** Of each candidate, in their order. */
    abstract float[] of(Candidates candidates);
}
