package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.random.RandomGenerator;

/** Chooses a state of a block to learn from. */
@FunctionalInterface
interface StatePicker {

    /**
     * @param sample that the block is of
     */
    BlockState pick(Sample sample, BlockTrajectory block, RandomGenerator random);
}
