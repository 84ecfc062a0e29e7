package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.training.evaluation.Answer;
import dev.seeddiffusion.training.evaluation.Answers;
import dev.seeddiffusion.training.evaluation.Output;
import dev.seeddiffusion.training.suite.Task;
import dev.seeddiffusion.training.trajectory.TaskPrompt;

/**
 * A checkpoint's own answers.
 *
 * @param sampling how an answer is sampled
 * @param maxTokens most tokens of an answer; fewer where the context leaves fewer
 */
record ModelAnswers(LoadedModel loaded, Sampling sampling, int maxTokens) implements Answers {

    /** How each of many answers is sampled. */
    @FunctionalInterface
    interface Sampling {
        /**
         * @param maxTokens most tokens of the answer
         * @param output counts the answers, from 0
         */
        SamplingSettings settings(int maxTokens, int output);
    }

    @Override
    public Answer to(Task task, int output) {
        Sampler sampler = loaded.sampler();
        Prompt prompt = TaskPrompt.of(task.kind(), task.prompt(), task.suffix(), sampler);
        int room = Math.min(maxTokens, loaded.contextTokens() - prompt.mostTokens());
        if (room < 1) {
            return Answer.NONE;
        }
        Output written = Output.of(sampler, prompt, sampling.settings(room, output));
        return new Answer(
                written.text(),
                written.usage().completionTokens(),
                written.usage().forwards(),
                written.usage().steps(),
                written.nanos());
    }
}
