package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.corpus.Corpus;
import dev.seeddiffusion.training.corpus.FunctionPrompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Functions that no model was trained on, cut into what is given and what is asked for. */
public final class HeldOutTasks {

    private HeldOutTasks() {}

    /**
     * Functions of a file that the model's context can hold whole, in the file's order.
     *
     * @param heldOut file that {@code prepare} wrote
     * @param skipped how many such functions to leave out at the beginning
     * @param count how many to read after them
     * @param tokens counts the tokens of a text
     * @param contextTokens of the model, the document's start and end included
     * @throws IllegalArgumentException if the file holds fewer
     */
    public static List<FunctionPrompt> read(
            Path heldOut, int skipped, int count, ToIntFunction<String> tokens, int contextTokens) {
        int read = skipped + count;
        List<FunctionPrompt> tasks = new ArrayList<>();
        new Corpus(List.of(heldOut))
                .forEach(
                        function -> {
                            if (tasks.size() < read
                                    && tokens.applyAsInt(function.code()) + 2 <= contextTokens) {
                                FunctionPrompt.of(function.code()).ifPresent(tasks::add);
                            }
                        });
        if (tasks.size() < read) {
            throw new IllegalArgumentException(
                    "%s holds %d functions that fit into %d tokens, %d are asked for."
                            .formatted(heldOut, tasks.size(), contextTokens, read));
        }
        return tasks.subList(skipped, read);
    }
}
