package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.training.suite.TaskKind;
import org.jspecify.annotations.Nullable;

/** How a task is put to a model. */
public final class TaskPrompt {

    private TaskPrompt() {}

    /**
     * @param before text before the answer
     * @param after text after it; null unless a hole is to be filled
     */
    public static Prompt of(TaskKind kind, String before, @Nullable String after, Sampler sampler) {
        Prompt prompt = after == null ? sampler.prompt(before) : sampler.prompt(before, after);
        return kind == TaskKind.EDIT ? prompt.toBeEdited(Prompt.Edit.FREE) : prompt;
    }
}
