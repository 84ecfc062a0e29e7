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

    /** As something to train on: the answer is asked for, the rest given. */
    public Document document() {
        return new Document(suffix, prompt, answer);
    }

    /**
     * The same, but of a completion nothing is merely given: to write signatures and docstrings
     * teaches what they have to do with the code. The prompts of other kinds hold code that no
     * model should learn to write.
     */
    public Document wholeDocument() {
        return kind == TaskKind.COMPLETION ? Document.of(prompt + answer) : document();
    }
}
