package dev.seeddiffusion.training.corpus;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import org.jspecify.annotations.Nullable;

/** A function as one line of a JSON Lines file. */
record FunctionRow(
        @Nullable String source,
        @Nullable String name,
        @Nullable String doc,
        @Nullable String code) {
    private static final Gson GSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).disableHtmlEscaping().create();

    /**
     * @param place where the line stands, for the message
     * @throws CorpusException if it is not a JSON object with {@code code}
     */
    static SourceFunction parse(String line, String place) {
        FunctionRow row;
        try {
            row = GSON.fromJson(line, FunctionRow.class);
        } catch (JsonParseException e) {
            throw new CorpusException(
                    place + ": expected one JSON object a line: " + e.getMessage(), e);
        }
        if (row == null || row.code == null || row.code.isBlank()) {
            throw new CorpusException(place + ": expected a JSON object with the key \"code\"");
        }
        return new SourceFunction(
                orEmpty(row.source), orEmpty(row.name), orEmpty(row.doc), row.code);
    }

    static String write(SourceFunction function) {
        return GSON.toJson(
                new FunctionRow(
                        function.source(), function.name(), function.doc(), function.code()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
