package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.suite.TaskKind;
import java.util.List;

/**
 * What became of a task.
 *
 * @param id the task's
 * @param samples at least one
 */
public record TaskResult(String id, TaskKind kind, List<Sample> samples) {

    /**
     * @param score from 0, wrong, to 1, right
     */
    public record Sample(double score, Answer answer) {

        /** Whether the answer is right. */
        public boolean passes() {
            return score == 1;
        }
    }

    int passing() {
        return (int) samples.stream().filter(Sample::passes).count();
    }
}
