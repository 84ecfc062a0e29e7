package dev.seeddiffusion.diffusion.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps the canvases of a generation. */
final class TrajectoryRecorder {

    private final List<BlockTrajectory> blocks = new ArrayList<>();
    private final List<int[]> canvases = new ArrayList<>();
    private int[] prompt;

    TrajectoryRecorder(int[] prompt) {
        this.prompt = prompt.clone();
    }

    /** A token that the prompt's end was read as. */
    void healed(int id) {
        prompt = Arrays.copyOf(prompt, prompt.length + 1);
        prompt[prompt.length - 1] = id;
    }

    /** The canvas as it is before its first step, or after one. */
    void add(Canvas canvas) {
        canvases.add(canvas.snapshot());
    }

    /**
     * @param canvas complete
     * @param step of the generation, its last
     */
    void finish(Canvas canvas, int step) {
        int length = canvas.ids().length;
        int stepsBefore = step - (canvases.size() - 1);
        float[] confidences = new float[length];
        int[] steps = new int[length];
        Arrays.fill(confidences, Float.NaN);
        Arrays.fill(steps, -1);
        List<PlacedToken> tokens = canvas.tokensAndEnd();
        for (int i = 0; i < tokens.size(); i++) {
            confidences[i] = tokens.get(i).confidence();
            steps[i] = Math.max(-1, tokens.get(i).step() - stepsBefore - 1);
        }
        blocks.add(new BlockTrajectory(nextPosition(), List.copyOf(canvases), confidences, steps));
        canvases.clear();
    }

    private int nextPosition() {
        int written = blocks.stream().mapToInt(BlockTrajectory::tokens).sum();
        return prompt.length + written;
    }

    /** What is finished so far. */
    Trajectory trajectory() {
        return new Trajectory(prompt, List.copyOf(blocks));
    }
}
