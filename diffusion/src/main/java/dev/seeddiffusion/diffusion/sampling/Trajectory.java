package dev.seeddiffusion.diffusion.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How an output came to be: the canvases of its finished blocks (ALGORITHMS, constrained-order
 * training).
 *
 * @param prompt token ids before the first block: the prompt's and those that healed its end, as
 *     the model read them
 * @param blocks in order
 */
public record Trajectory(int[] prompt, List<BlockTrajectory> blocks) {

    /** Denoising steps of all blocks, |τ|. */
    public int steps() {
        return blocks.stream().mapToInt(BlockTrajectory::stepCount).sum();
    }

    /** Log-probability of the blocks' final tokens, each at the step that placed it, nats. */
    public double elbo() {
        return blocks.stream().mapToDouble(BlockTrajectory::elbo).sum();
    }

    /** The clean sequence: prompt and blocks, up to an end of text, that one included. */
    public int[] tokens() {
        Stream<int[]> written =
                blocks.stream()
                        .map(block -> Arrays.copyOf(block.canvases().getLast(), block.tokens()));
        return Stream.concat(Stream.of(prompt), written).flatMapToInt(IntStream::of).toArray();
    }
}
