package dev.seeddiffusion.diffusion.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model folder, open for reading: {@code config.json}, and the weights in {@code
 * model.safetensors} or in the shards that {@code model.safetensors.index.json} lists.
 *
 * <p>Thread-safe. Closing unmaps the weights: no tensor may be in use any more.
 */
public final class CheckpointReader implements AutoCloseable {
    static final String WEIGHTS = "model.safetensors";

    private static final long PIECE_BYTES = 1L << 26;

    private final Path folder;
    private final ModelConfig config;

    /** File name to file, sorted, so that the digest has an order. */
    private final Map<String, SafetensorsFile> files;

    /** Tensor name to the file that holds it. */
    private final Map<String, SafetensorsFile> locations;

    private @Nullable String digest;

    private CheckpointReader(
            Path folder,
            ModelConfig config,
            Map<String, SafetensorsFile> files,
            Map<String, SafetensorsFile> locations) {
        this.folder = folder;
        this.config = config;
        this.files = files;
        this.locations = locations;
    }

    /**
     * @throws CheckpointException if a file is missing or malformed, or a shard lacks a tensor that
     *     the index promises; the message names the file and the field or tensor
     */
    public static CheckpointReader open(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve(ModelConfig.FILE));
        Map<String, SafetensorsFile> files = new TreeMap<>();
        try {
            Map<String, SafetensorsFile> locations = new TreeMap<>();
            if (Files.exists(folder.resolve(WEIGHTS))) {
                SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
                files.put(WEIGHTS, file);
                file.names().forEach(tensor -> locations.put(tensor, file));
            } else {
                ShardIndex.read(folder)
                        .fileOfTensor()
                        .forEach(
                                (tensor, name) -> {
                                    SafetensorsFile file =
                                            files.computeIfAbsent(
                                                    name,
                                                    absent ->
                                                            SafetensorsFile.open(
                                                                    folder.resolve(name)));
                                    requireTensor(tensor, file);
                                    locations.put(tensor, file);
                                });
            }
            return new CheckpointReader(folder, config, files, locations);
        } catch (RuntimeException e) {
            files.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static void requireTensor(String tensor, SafetensorsFile file) {
        if (file.tensor(tensor) == null) {
            throw new CheckpointException(
                    "%s has no tensor %s, although %s says so: are the two of one download?"
                            .formatted(file.path(), tensor, ShardIndex.FILE));
        }
    }

    public Path folder() {
        return folder;
    }

    public ModelConfig config() {
        return config;
    }

    /** Bytes of all files of weights. */
    public long bytes() {
        return files.values().stream().mapToLong(file -> file.content().byteSize()).sum();
    }

    /** Names of all tensors, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(locations.keySet());
    }

    /**
     * Looks a tensor up, without a copy.
     *
     * @param allowed the types that the caller can use
     * @param shape what the tensor's must be
     * @throws CheckpointException if there is no such tensor, or of another type or shape
     */
    public Tensor tensor(String name, Set<DType> allowed, long... shape) {
        SafetensorsFile file = locations.get(name);
        Tensor tensor = file == null ? null : file.tensor(name);
        if (file == null || tensor == null) {
            throw new CheckpointException(
                    "%s has no tensor %s, which the model needs. Present: %d tensors in %s"
                            .formatted(folder, name, locations.size(), files.keySet()));
        }
        if (!allowed.contains(tensor.dtype()) || !Arrays.equals(tensor.shape(), shape)) {
            throw new CheckpointException(
                    "%s: tensor %s, but the model needs %s %s"
                            .formatted(file.path(), tensor, allowed, Arrays.toString(shape)));
        }
        return tensor;
    }

    /**
     * SHA-256 over configuration and weights, as 64 hexadecimal digits in lower case: equal digests
     * give equal keys and values. The first call reads all weights.
     */
    public synchronized String digest() {
        if (digest == null) {
            MessageDigest sha = sha256();
            sha.update(description().getBytes(StandardCharsets.UTF_8));
            for (SafetensorsFile file : files.values()) {
                sha.update(sha256(file.content()));
            }
            digest = HexFormat.of().formatHex(sha.digest());
        }
        return digest;
    }

    /** All that the forward depends on besides the weights. */
    private String description() {
        return config.family() == ModelFamilies.SEED
                ? config.toJson(DType.F32)
                : ConfigFields.read(folder.resolve(ModelConfig.FILE)).toString();
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    private static byte[] sha256(MemorySegment content) {
        MessageDigest sha = sha256();
        for (long start = 0; start < content.byteSize(); start += PIECE_BYTES) {
            long length = Math.min(PIECE_BYTES, content.byteSize() - start);
            MemorySegment piece = content.asSlice(start, length);
            sha.update(piece.asByteBuffer());
            piece.unload(); // pages that were read would count as this process's memory
        }
        return sha.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256", e);
        }
    }
}
