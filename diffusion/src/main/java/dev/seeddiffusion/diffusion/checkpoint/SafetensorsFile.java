package dev.seeddiffusion.diffusion.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One {@code *.safetensors} file, mapped into memory: opening reads the header alone, a tensor's
 * pages come from the disk when they are touched.
 *
 * <p>The whole header is checked on opening, see {@link SafetensorsHeader}. Thread-safe. Closing
 * unmaps the file: its tensors, and above all buffers of them in native hands, must be out of use.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** The format's own limit. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = Long.BYTES;
    private static final ValueLayout.OfLong LITTLE_ENDIAN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment content;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(
            Path path,
            Arena arena,
            MemorySegment content,
            Map<String, Tensor> tensors,
            Map<String, String> metadata) {
        this.path = path;
        this.arena = arena;
        this.content = content;
        this.tensors = tensors;
        this.metadata = metadata;
    }

    /**
     * @throws CheckpointException if the file cannot be read or is malformed, naming file and
     *     tensor
     */
    public static SafetensorsFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment content =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return parse(path, arena, content);
        } catch (IOException e) {
            arena.close();
            throw new CheckpointException(path + " cannot be read: " + e, e);
        } catch (CheckpointException e) {
            arena.close();
            throw new CheckpointException(path + ": " + e.getMessage(), e);
        }
    }

    private static SafetensorsFile parse(Path path, Arena arena, MemorySegment content) {
        if (content.byteSize() < LENGTH_BYTES) {
            throw new CheckpointException(
                    "%d bytes are no safetensors file: is it cut off?"
                            .formatted(content.byteSize()));
        }
        long headerBytes = content.get(LITTLE_ENDIAN_LONG, 0);
        long rest = content.byteSize() - LENGTH_BYTES;
        if (headerBytes < 0 || headerBytes > Math.min(rest, MAX_HEADER_BYTES)) {
            throw new CheckpointException(
                    "The header claims %s bytes, but at most %d follow and %d are allowed"
                            .formatted(Long.toUnsignedString(headerBytes), rest, MAX_HEADER_BYTES));
        }
        MemorySegment data = content.asSlice(LENGTH_BYTES + headerBytes);
        SafetensorsHeader header =
                SafetensorsHeader.parse(
                        content.asSlice(LENGTH_BYTES, headerBytes).asByteBuffer(), data.byteSize());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
            tensors.put(
                    entry.name(), new Tensor(entry.name(), entry.dtype(), entry.shape(), bytes));
        }
        return new SafetensorsFile(path, arena, content, tensors, header.metadata());
    }

    public Path path() {
        return path;
    }

    /** Names in the order of the header. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The tensor of that name, without a copy, or null if the file has none. */
    public @Nullable Tensor tensor(String name) {
        return tensors.get(name);
    }

    /** The header's {@code __metadata__}, empty if it has none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The whole file, header included. */
    MemorySegment content() {
        return content;
    }

    @Override
    public void close() {
        arena.close();
    }
}
