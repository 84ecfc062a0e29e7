package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Parses JSON by the letter of RFC 8259 and refuses a key that occurs twice: Gson's own tree parser
 * is lenient and keeps the last of two equal keys, so two readers could see two different files.
 */
final class StrictJson {
    private static final int MAX_DEPTH = 64;

    /** Ten times the largest published index. */
    private static final long MAX_FILE_BYTES = 1L << 24;

    private final JsonReader reader;

    private StrictJson(JsonReader reader) {
        this.reader = reader;
    }

    /**
     * @throws CheckpointException if the file cannot be read, is longer than any of a checkpoint's
     *     is, or not exactly one well-formed object
     */
    static JsonObject read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new CheckpointException(
                        "%s has %d bytes, but no more than %d are read of such a file"
                                .formatted(file, Files.size(file), MAX_FILE_BYTES));
            }
            return object(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new CheckpointException(file + " cannot be read: " + e, e);
        }
    }

    /**
     * @param source names the text in error messages, usually a file
     * @throws CheckpointException if {@code json} is not exactly one well-formed object
     */
    static JsonObject object(String json, String source) {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement value = new StrictJson(reader).value(0);
            if (!value.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
                throw new CheckpointException(source + " must be one JSON object and nothing else");
            }
            return value.getAsJsonObject();
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new CheckpointException(source + " is not valid JSON: " + e.getMessage(), e);
        } catch (DuplicateKeyException e) {
            throw new CheckpointException(
                    source + " has the key \"" + e.getMessage() + "\" twice: remove one", e);
        }
    }

    private JsonElement value(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("nested more than " + MAX_DEPTH + " levels deep");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> objectAt(depth);
            case BEGIN_ARRAY -> arrayAt(depth);
            case STRING -> new JsonPrimitive(reader.nextString());
            case NUMBER -> new JsonPrimitive(new BigDecimal(reader.nextString()));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT ->
                    throw new IOException("a value is missing at " + reader.getPath());
        };
    }

    private JsonObject objectAt(int depth) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String key = reader.nextName();
            if (object.has(key)) {
                throw new DuplicateKeyException(key);
            }
            object.add(key, value(depth + 1));
        }
        reader.endObject();
        return object;
    }

    private JsonArray arrayAt(int depth) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(value(depth + 1));
        }
        reader.endArray();
        return array;
    }

    private static final class DuplicateKeyException extends RuntimeException {
        DuplicateKeyException(String key) {
            super(key);
        }
    }
}
