package dev.seeddiffusion.diffusion.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Writes model folders that {@link CheckpointReader} and Transformers open.
 *
 * <p>All files are written to a folder beside the target first. A target that does not exist yet
 * appears by one rename, complete. In one that exists, the old weights are removed, and the new
 * ones moved in last: whoever looks, or dies, in between finds a folder without weights, which is
 * refused, never old weights under a new configuration. Other files there, such as a model card,
 * stay.
 */
public final class CheckpointWriter {
    private static final String TOKENIZER = "tokenizer.json";

    private CheckpointWriter() {}

    /**
     * @param folder is created if it is not there; its parent must be
     * @param weights are written in this order; the first one's type is named in {@code
     *     config.json}
     * @param tokenizer a {@code tokenizer.json} to copy; may lie in {@code folder}
     * @throws IOException if writing fails before the folder is touched; it is then as it was
     */
    public static void write(Path folder, ModelConfig config, List<Tensor> weights, Path tokenizer)
            throws IOException {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("A checkpoint needs at least one tensor");
        }
        Path target = folder.toAbsolutePath().normalize();
        Path staging =
                Files.createDirectory(
                        target.resolveSibling(
                                "." + target.getFileName() + "." + System.nanoTime() + ".part"));
        try {
            String json = config.toJson(weights.getFirst().dtype());
            AtomicFile.write(
                    staging.resolve(ModelConfig.FILE), json.getBytes(StandardCharsets.UTF_8));
            AtomicFile.write(staging.resolve(TOKENIZER), Files.readAllBytes(tokenizer));
            // Transformers refuses files that do not name the framework of their layout.
            SafetensorsWriter.write(
                    staging.resolve(CheckpointReader.WEIGHTS), weights, Map.of("format", "pt"));
            if (Files.notExists(target)) {
                Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
            } else {
                replaceFiles(staging, target);
            }
        } finally {
            remove(staging);
        }
    }

    private static void replaceFiles(Path staging, Path target) throws IOException {
        Files.deleteIfExists(target.resolve(CheckpointReader.WEIGHTS));
        Files.deleteIfExists(target.resolve(ShardIndex.FILE));
        for (String file : List.of(ModelConfig.FILE, TOKENIZER, CheckpointReader.WEIGHTS)) {
            Files.move(staging.resolve(file), target.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void remove(Path staging) throws IOException {
        for (String file : List.of(ModelConfig.FILE, TOKENIZER, CheckpointReader.WEIGHTS)) {
            Files.deleteIfExists(staging.resolve(file));
        }
        Files.deleteIfExists(staging);
    }
}
