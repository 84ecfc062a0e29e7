package dev.seeddiffusion.training.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Small token files for tests; a document is written as its ids, separated by spaces. */
final class TokenFiles {
    private TokenFiles() {}

    static void write(Path path, int documentEnd, String... documents) throws IOException {
        try (TokenFileBuilder builder =
                new TokenFileBuilder(
                        path, TokenFiles::numbers, documentEnd, 1 << 16, "digest", 1000)) {
            for (String document : documents) {
                builder.add(document);
            }
            builder.finish();
        }
    }

    static int[] numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
