package dev.seeddiffusion.training.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Python functions from files and folders, in a fixed order and one at a time, so that a corpus may
 * be larger than memory. Each path is one of
 *
 * <ul>
 *   <li>{@code *.jsonl} or {@code *.jsonl.zst}: one JSON object a line with the key {@code code}
 *       and, optionally, {@code source}, {@code name} and {@code doc}; other keys are ignored;
 *   <li>a folder: every function and method in its {@code *.py} files, at any depth. Files that are
 *       not UTF-8 are left out with a warning.
 * </ul>
 *
 * <p>Immutable; it may be read any number of times, each time from the start.
 */
public final class Corpus {
    /** Archives made with {@code zstd --long=27} need a window of 2^27 bytes. */
    private static final int ZSTD_WINDOW_LOG = 27;

    private final List<Path> paths;

    /**
     * @param paths files and folders, read in this order
     * @throws CorpusException if a path is missing or is of no known kind
     */
    public Corpus(List<Path> paths) {
        this.paths = List.copyOf(paths);
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new CorpusException(path + ": no such file or folder");
            }
            if (!Files.isDirectory(path) && !isJsonLines(path)) {
                throw new CorpusException(
                        path + ": a corpus is a folder, a .jsonl file or a .jsonl.zst file");
            }
        }
    }

    /**
     * Gives each function to {@code reader}, in the order of the paths.
     *
     * @throws CorpusException if a file cannot be read or a line is malformed
     */
    public void forEach(Consumer<SourceFunction> reader) {
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                new SourceFolder(path).forEach(reader);
            } else {
                readJsonLines(path, reader);
            }
        }
    }

    /** One line, without its newline, that {@code forEach} reads back as {@code function}. */
    public static String toJsonLine(SourceFunction function) {
        return FunctionRow.write(function);
    }

    private static boolean isJsonLines(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".jsonl") || name.endsWith(".jsonl.zst");
    }

    private static void readJsonLines(Path path, Consumer<SourceFunction> reader) {
        long number = 0;
        try (BufferedReader lines = open(path)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    reader.accept(FunctionRow.parse(line, path + ":" + number));
                }
            }
        } catch (IOException e) {
            throw new CorpusException(
                    path + ": cannot be read after line " + number + ": " + e.getMessage(), e);
        }
    }

    private static BufferedReader open(Path path) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(path));
        if (path.toString().endsWith(".zst")) {
            bytes = new ZstdInputStream(bytes).setLongMax(ZSTD_WINDOW_LOG);
        }
        // A decoder of our own, because the reader's default replaces malformed bytes silently.
        return new BufferedReader(
                new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    }
}
