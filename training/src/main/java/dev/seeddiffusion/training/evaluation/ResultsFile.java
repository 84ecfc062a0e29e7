package dev.seeddiffusion.training.evaluation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of a run as JSON Lines: the settings, then a line a task, each written through at
 * once, so that an interrupted run can be continued. Thread-safe.
 */
public final class ResultsFile implements AutoCloseable {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Map<String, TaskResult> done = new LinkedHashMap<>();
    private final Writer out;

    private ResultsFile(Writer out) {
        this.out = out;
    }

    /**
     * Opens a file, new or to be continued.
     *
     * @param settings what the results depend on
     * @throws IOException if the file cannot be read or written, or is of other settings
     */
    public static ResultsFile open(Path file, Map<String, Object> settings) throws IOException {
        String first = GSON.toJson(settings);
        String text = Files.exists(file) ? Files.readString(file) : "";
        String whole = text.substring(0, text.lastIndexOf('\n') + 1); // the last may be cut short
        List<String> lines = whole.lines().toList();
        if (!lines.isEmpty() && !lines.getFirst().equals(first)) {
            throw new IOException(
                    "%s is of other settings: %s, not %s. Give another file."
                            .formatted(file, lines.getFirst(), first));
        }
        Files.writeString(file, lines.isEmpty() ? first + "\n" : whole);
        ResultsFile results =
                new ResultsFile(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
        for (int i = 1; i < lines.size(); i++) {
            results.read(lines.get(i), file + ":" + (i + 1));
        }
        return results;
    }

    private void read(String line, String place) throws IOException {
        try {
            TaskResult result = GSON.fromJson(line, TaskResult.class);
            done.put(result.id(), result);
        } catch (JsonParseException e) {
            out.close();
            throw new IOException(place + ": not a result: " + e.getMessage(), e);
        }
    }

    /** The results that the file held when it was opened, by the id of their task. */
    public Map<String, TaskResult> done() {
        return done;
    }

    /**
     * @throws IOException if the file cannot be written
     */
    public synchronized void append(TaskResult result) throws IOException {
        out.write(GSON.toJson(result) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
