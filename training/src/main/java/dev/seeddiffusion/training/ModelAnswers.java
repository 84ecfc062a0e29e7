package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.training.evaluation.Answer;
import dev.seeddiffusion.training.evaluation.Answers;
import dev.seeddiffusion.training.evaluation.Output;
import dev.seeddiffusion.training.suite.Task;

/** A checkpoint's own answers. */
record ModelAnswers(LoadedModel loaded, SamplingOptions sampling, int maxTokens)
        implements Answers {

    @Override
    public Answer to(Task task, int output) {
        Sampler sampler = loaded.sampler();
        String suffix = task.suffix();
        Prompt prompt =
                suffix == null
                        ? sampler.prompt(task.prompt())
                        : sampler.prompt(task.prompt(), suffix);
        int room = Math.min(maxTokens, loaded.contextTokens() - prompt.mostTokens());
        if (room < 1) {
            return Answer.NONE;
        }
        Output written = Output.of(sampler, prompt, sampling.settings(loaded, room, output, false));
        return new Answer(
                written.text(),
                written.usage().completionTokens(),
                written.usage().forwards(),
                written.usage().steps(),
                written.nanos());
    }
}
