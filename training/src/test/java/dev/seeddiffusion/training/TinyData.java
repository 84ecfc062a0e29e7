package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.data.Document;
import dev.seeddiffusion.training.data.DocumentEncoder;
import dev.seeddiffusion.training.data.TokenFileBuilder;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** What training needs, as small as it can be. */
final class TinyData {
    private static final int DOCUMENTS = 60;

    private TinyData() {}

    /** Arguments of a model that trains in seconds. */
    static final String SMALL =
            """
            --width 64
            --layers 1
            --feed-forward 64
            --kv-heads 1
            --rows 2
            --row-tokens 64
            --blocks 4,8
            """;

    /** A tokenizer and prepared data in one folder. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        Path file = folder.resolve(CodeTokenizer.FILE);
        new BpeTrainer(300)
                .train(
                        LongStream.range(0, DOCUMENTS).mapToObj(i -> grammar.function(i).code()),
                        file);
        try (CodeTokenizer tokenizer = CodeTokenizer.open(file)) {
            for (String name :
                    List.of(
                            PrepareCommand.TRAIN_FILE,
                            PrepareCommand.TASKS_FILE,
                            PrepareCommand.WHOLE_FILE)) {
                try (TokenFileBuilder builder =
                        new TokenFileBuilder(
                                folder.resolve(name),
                                new DocumentEncoder(tokenizer)::encode,
                                tokenizer.vocabularySize(),
                                tokenizer.digest(),
                                1_000)) {
                    for (long i = 0; i < DOCUMENTS; i++) {
                        builder.add(Document.of(grammar.function(i).code()));
                    }
                    builder.finish();
                }
            }
        }
        return folder;
    }
}
