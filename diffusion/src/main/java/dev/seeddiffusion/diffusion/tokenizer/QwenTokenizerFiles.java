package dev.seeddiffusion.diffusion.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The older layout of Qwen2's tokenizer, which Dream's checkpoints have: {@code vocab.json}, {@code
 * merges.txt} and {@code added_tokens.json} instead of one {@code tokenizer.json}.
 */
final class QwenTokenizerFiles {

    private static final String VOCABULARY = "vocab.json";
    private static final Set<String> CLASSES = Set.of("Qwen2Tokenizer", "DreamTokenizer");

    /** How Qwen2 cuts text, which none of its files says. */
    private static final String REGEX =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
                    + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
                    + "|\\p{N}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+"
                    + "|\\s+(?!\\S)"
                    + "|\\s+";

    private QwenTokenizerFiles() {}

    static boolean areIn(Path folder) {
        return Files.exists(folder.resolve(VOCABULARY));
    }

    /**
     * The {@code tokenizer.json} that says the same.
     *
     * @throws IOException if a file is missing or cannot be read
     * @throws CheckpointException if they are another tokenizer's
     */
    static String asOneFile(Path folder) throws IOException {
        JsonElement kind = object(folder, "tokenizer_config.json").get("tokenizer_class");
        if (kind == null || !CLASSES.contains(kind.getAsString())) {
            throw new CheckpointException(
                    ("tokenizer_class is %s: without tokenizer.json it must be one of %s, whose way"
                                    + " to cut text is known")
                            .formatted(kind, CLASSES));
        }
        JsonArray merges = new JsonArray();
        for (String line : Files.readAllLines(folder.resolve("merges.txt"))) {
            if (!line.startsWith("#version") && !line.isBlank()) {
                merges.add(line);
            }
        }
        JsonArray added = new JsonArray();
        object(folder, "added_tokens.json")
                .asMap()
                .forEach((text, id) -> added.add(TokenizerJson.addedToken(id.getAsInt(), text)));
        JsonObject normalizer = new JsonObject();
        normalizer.addProperty("type", "NFC");
        return TokenizerJson.file(
                        added,
                        normalizer,
                        REGEX,
                        TokenizerJson.model(object(folder, VOCABULARY), merges))
                .toString();
    }

    private static JsonObject object(Path folder, String file) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(file))).getAsJsonObject();
    }
}
