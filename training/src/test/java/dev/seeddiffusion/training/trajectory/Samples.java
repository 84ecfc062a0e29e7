package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.diffusion.sampling.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Samples as a model with mask 1 and document end 0 could have written them. */
public final class Samples {

    public static final int END = 0;
    public static final int MASK = 1;

    private Samples() {}

    /**
     * @param prompt its beginning included
     * @param blocks each begins where the one before ends
     */
    public static Sample of(long task, int[] prompt, double value, Block... blocks) {
        List<BlockTrajectory> trajectories = new ArrayList<>();
        int position = prompt.length;
        for (Block block : blocks) {
            trajectories.add(block.at(position));
            position += block.tokens.length;
        }
        return new Sample(task, prompt.length, new Trajectory(prompt, trajectories), value);
    }

    /**
     * A block of which each token is placed once.
     *
     * @param tokens final ones, an end of text included
     * @param steps at which each is placed, from 0, none left out
     * @param length of the block, masks after an end of text included
     */
    public record Block(int[] tokens, int[] steps, int length, float confidence) {

        public static Block of(int[] tokens, int... steps) {
            return new Block(tokens, steps, tokens.length, 0.9f);
        }

        /** The same in a longer block, whose rest is masked. */
        public Block in(int tokens) {
            return new Block(this.tokens, steps, tokens, confidence);
        }

        /** The same, each token placed at another confidence. */
        public Block sure(double probability) {
            return new Block(tokens, steps, length, (float) probability);
        }

        private BlockTrajectory at(int position) {
            int last = IntStream.of(steps).max().orElseThrow();
            List<int[]> canvases = new ArrayList<>();
            for (int step = 0; step <= last + 1; step++) {
                int[] canvas = new int[length];
                Arrays.fill(canvas, MASK);
                for (int i = 0; i < tokens.length; i++) {
                    canvas[i] = steps[i] < step ? tokens[i] : MASK;
                }
                canvases.add(canvas);
            }
            float[] confidences = new float[length];
            Arrays.fill(confidences, Float.NaN);
            Arrays.fill(confidences, 0, tokens.length, confidence);
            int[] placed = Arrays.copyOf(steps, length);
            Arrays.fill(placed, tokens.length, length, -1);
            return new BlockTrajectory(position, canvases, confidences, placed);
        }
    }
}
