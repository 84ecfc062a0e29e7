package dev.seeddiffusion.diffusion.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids that {@code config.json} leaves to the files beside it: {@code generation_config.json}, and
 * those of the tokenizer.
 */
final class TokenIds {

    private final Path folder;

    TokenIds(Path folder) {
        this.folder = folder;
    }

    /** The ids that end a text by {@code generation_config.json}; none if there is none. */
    List<Integer> generationEnds() {
        return file("generation_config.json").integersOr("eos_token_id", List.of());
    }

    /**
     * The id of the tokenizer's mask token, or null if no file has it.
     *
     * @param usual its text where {@code tokenizer_config.json} names no {@code mask_token}
     */
    @Nullable Integer mask(String usual) {
        ConfigFields tokenizer = file("tokenizer_config.json");
        String named = tokenizer.contentOrNull("mask_token");
        String text = named == null ? usual : named;
        ConfigFields byId = tokenizer.object("added_tokens_decoder");
        for (String id : byId.names()) {
            if (text.equals(byId.contentOrNull(id))) {
                return number(id);
            }
        }
        ConfigFields added = file("added_tokens.json");
        return added.isAbsent(text) ? null : Integer.valueOf(added.integer(text));
    }

    private static int number(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw new CheckpointException("added_tokens_decoder has " + id + ", which is no id", e);
        }
    }

    private ConfigFields file(String name) {
        Path file = folder.resolve(name);
        return Files.exists(file) ? ConfigFields.read(file) : ConfigFields.EMPTY;
    }
}
