package dev.seeddiffusion.training.data;

import dev.seeddiffusion.training.data.DocumentEncoder.Encoded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Small token files for tests; a document is written as its ids, separated by spaces, those that
 * are only given before a bar.
 */
final class TokenFiles {
    private TokenFiles() {}

    static void write(Path path, int documentEnd, String... documents) throws IOException {
        try (TokenFileBuilder builder =
                new TokenFileBuilder(path, encoder(documentEnd), 1 << 16, "digest", 1000)) {
            for (String document : documents) {
                builder.add(document(document));
            }
            builder.finish();
        }
    }

    static Document document(String ids) {
        String[] parts = ids.split("\\|", 2);
        return parts.length == 2 ? Document.of(parts[0], parts[1]) : Document.of(ids);
    }

    static Function<Document, Encoded> encoder(int documentEnd) {
        return document -> {
            int[] given = numbers(document.prompt());
            IntStream end = IntStream.of(documentEnd);
            IntStream text =
                    IntStream.concat(IntStream.of(given), IntStream.of(numbers(document.text())));
            return new Encoded(
                    IntStream.concat(IntStream.concat(end, text), IntStream.of(documentEnd))
                            .toArray(),
                    1 + given.length);
        };
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
