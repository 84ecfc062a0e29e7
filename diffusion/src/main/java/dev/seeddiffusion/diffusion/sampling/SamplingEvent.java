package dev.seeddiffusion.diffusion.sampling;

import java.util.List;

/** What a step of a generation made known: any number of the first two, then one Finished. */
public sealed interface SamplingEvent {

    /**
     * The canvas after a step; may still change.
     *
     * @param block counts blocks of the output, from 0
     * @param step denoising steps of this generation so far
     * @param text the canvas up to an end of text; a token still masked is one {@link #MASKED}
     * @param committedTokens tokens of the output that are final; the canvas follows them
     * @param tokens the same text token by token; one that is a part of a character is U+FFFD
     * @param confidences the model's probability of each token; 0 where it has said none
     * @param changed indices of tokens that are others than one step before
     */
    record Drafted(
            int block,
            int step,
            String text,
            int committedTokens,
            List<String> tokens,
            List<Float> confidences,
            List<Integer> changed)
            implements SamplingEvent {

        /** Stands for a masked token. */
        public static final char MASKED = '░';
    }

    /**
     * Tokens that never change again. The first of them may come before the output: they spell the
     * prompt's end, add no text, and cost no step of their own.
     *
     * @param firstPosition counts tokens of the output, from 0; negative for the first ones if they
     *     spell the prompt's end
     * @param text what they add to the output, in whole characters
     */
    record Committed(int firstPosition, List<PlacedToken> tokens, String text)
            implements SamplingEvent {}

    /** The end. */
    record Finished(Reason reason, SamplingUsage usage) implements SamplingEvent {}

    /** Why a generation ended. */
    enum Reason {
        /** The model ended the text, or a stop string was met. */
        STOP,
        /** The most tokens asked for, or the end of the context, was reached, or it was cut. */
        LENGTH
    }
}
