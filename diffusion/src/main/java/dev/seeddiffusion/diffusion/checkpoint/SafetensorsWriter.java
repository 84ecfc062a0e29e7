package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes {@code *.safetensors} files. */
public final class SafetensorsWriter {
    /** Header and tensors begin at a multiple of this, as the format asks. */
    private static final int ALIGNMENT_BYTES = 8;

    private static final long PIECE_BYTES = 1L << 26;

    private SafetensorsWriter() {}

    /**
     * Replaces a file atomically; the tensors lie in it in the order given.
     *
     * @param metadata free text for {@code __metadata__}; may be empty
     * @throws IllegalArgumentException if two tensors have the same name
     * @throws IOException if writing fails; the file is then as it was
     */
    public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        ByteBuffer header = header(tensors, metadata);
        AtomicFile.write(
                file,
                channel -> {
                    writeFully(channel, header);
                    for (Tensor tensor : tensors) {
                        writeFully(channel, tensor.bytes());
                    }
                });
    }

    private static ByteBuffer header(List<Tensor> tensors, Map<String, String> metadata) {
        JsonObject json = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject texts = new JsonObject();
            metadata.forEach(texts::addProperty);
            json.add(SafetensorsHeader.METADATA, texts);
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            if (json.has(tensor.name()) || tensor.name().equals(SafetensorsHeader.METADATA)) {
                throw new IllegalArgumentException(
                        "The name of tensor " + tensor + " is taken: each needs its own");
            }
            long end = offset + tensor.bytes().byteSize();
            json.add(tensor.name(), entry(tensor, offset, end));
            offset = end;
        }
        byte[] text =
                new GsonBuilder()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json)
                        .getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
        byte[] spaces = new byte[padded - text.length];
        Arrays.fill(spaces, (byte) ' ');
        return ByteBuffer.allocate(Long.BYTES + padded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .put(text)
                .put(spaces)
                .flip();
    }

    private static JsonObject entry(Tensor tensor, long begin, long end) {
        JsonArray shape = new JsonArray();
        Arrays.stream(tensor.shape()).forEach(shape::add);
        JsonArray offsets = new JsonArray();
        offsets.add(begin);
        offsets.add(end);
        JsonObject entry = new JsonObject();
        entry.addProperty("dtype", tensor.dtype().name());
        entry.add("shape", shape);
        entry.add("data_offsets", offsets);
        return entry;
    }

    /** In pieces, since a buffer holds 2 GiB at most. */
    private static void writeFully(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long start = 0; start < bytes.byteSize(); start += PIECE_BYTES) {
            long length = Math.min(PIECE_BYTES, bytes.byteSize() - start);
            writeFully(channel, bytes.asSlice(start, length).asByteBuffer());
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
