package dev.seeddiffusion.training.report;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measurements of a run as JSON Lines, one {@link Measurement} a line, each written through at
 * once, so that an interrupted run loses none. Not thread-safe.
 */
public final class MetricsFile implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final Writer out;

    private MetricsFile(Writer out) {
        this.out = out;
    }

    /**
     * Opens a run's file, new or to be continued.
     *
     * @param resumedStep the step that the run goes on from, 0 for a new run; later measurements,
     *     made after the checkpoint was written, are dropped, as they will be made again
     * @throws IOException if the file cannot be read or written, or holds something else
     */
    public static MetricsFile open(Path file, long resumedStep) throws IOException {
        if (Files.exists(file)) {
            List<String> kept =
                    read(file).stream()
                            .filter(measurement -> measurement.step() <= resumedStep)
                            .filter(_ -> resumedStep > 0)
                            .map(GSON::toJson)
                            .toList();
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, kept);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return new MetricsFile(
                Files.newBufferedWriter(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /**
     * Reads all measurements. A last line without its newline, where a writer was interrupted, is
     * left out.
     *
     * @throws IOException if the file cannot be read or a line is malformed
     */
    public static List<Measurement> read(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        List<Measurement> measurements = new ArrayList<>();
        for (String line : lines) {
            try {
                measurements.add(GSON.fromJson(line, Measurement.class));
            } catch (JsonParseException e) {
                throw new IOException(
                        "%s:%d: not a measurement: %s"
                                .formatted(file, measurements.size() + 1, e.getMessage()),
                        e);
            }
        }
        return measurements;
    }

    /**
     * Appends a measurement. JSON has no NaN and no infinity: such losses are left out.
     *
     * @throws IOException if the file cannot be written
     */
    public void append(Measurement measurement) throws IOException {
        Map<String, Double> losses = new LinkedHashMap<>(measurement.losses());
        losses.values().removeIf(loss -> !Double.isFinite(loss));
        Measurement finite =
                new Measurement(
                        measurement.step(),
                        measurement.tokens(),
                        measurement.seconds(),
                        measurement.tokensPerSecond(),
                        measurement.learningRate(),
                        losses);
        out.write(GSON.toJson(finite) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
