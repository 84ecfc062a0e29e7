package dev.seeddiffusion.training.task;

import dev.seeddiffusion.training.data.Document;
import dev.seeddiffusion.training.grammar.GeneratedFunction;
import dev.seeddiffusion.training.suite.TaskKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task of our own making with a right answer.
 *
 * @param kind what is asked for
 * @param function the right function: what the answer is judged by
 * @param prompt text before the answer
 * @param suffix text after it; null unless a hole is to be filled
 * @param answer a right one
 * @param arguments to judge by: the function's results with them differ
 * @param mutants of the function, each failing the right tests; empty unless tests are asked for
 */
public record Example(
        TaskKind kind,
        GeneratedFunction function,
        String prompt,
        @Nullable String suffix,
        String answer,
        List<String> arguments,
        List<String> mutants) {

    /**
     * As something to train on. Of a function nothing is merely given: what a signature says helps
     * to understand what a docstring asks for.
     */
    public Document document() {
        return kind == TaskKind.COMPLETION
                ? Document.of(prompt + answer)
                : new Document(suffix, prompt, answer);
    }
}
