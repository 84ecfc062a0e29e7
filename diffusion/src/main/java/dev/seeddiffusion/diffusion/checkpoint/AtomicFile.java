package dev.seeddiffusion.diffusion.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Replaces a file whole: a reader, and a start after a crash at any moment, sees the old content or
 * the new, never a part. The new content is written beside the file, forced to the disk, then moved
 * over it.
 */
public final class AtomicFile {
    /** Writes the new content, from the channel's position 0. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /** Replaces {@code file} by {@code content}, see {@link #write(Path, Content)}. */
    public static void write(Path file, byte[] content) throws IOException {
        write(
                file,
                channel -> {
                    ByteBuffer rest = ByteBuffer.wrap(content);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                });
    }

    /**
     * @param file is replaced, or created; its folder must exist
     * @throws IOException if writing fails; {@code file} is then as it was, and nothing is left
     *     beside it
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary =
                Files.createFile(
                        target.resolveSibling(
                                "." + target.getFileName() + "." + System.nanoTime() + ".part"));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, Set.of(StandardOpenOption.WRITE))) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
