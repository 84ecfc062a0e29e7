package dev.seeddiffusion.common.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chunks of KV as bytes: a safetensors document with one tensor, {@code kv}, and the SHA-256 of its
 * data.
 *
 * <pre>
 * 8 bytes   length of the header, little-endian
 * header    {"__metadata__":{"format":"seed-diffusion-kv","layout":"1","sha256":"…"},
 *            "kv":{"dtype":"BF16","shape":[4,2,2,64,32],"data_offsets":[0,65536]}}
 *           without white space, then spaces until its length is a multiple of 8
 * data      the tensor, row-major, little-endian
 * </pre>
 *
 * <p>Every safetensors reader reads it. The other way round, only a header in exactly this spelling
 * is accepted: the bytes come from outside the process, and what is never parsed cannot be abused.
 */
public final class KvChunkCodec {

    /** Changes whenever older bytes must not be read any more; part of what a root key covers. */
    public static final int LAYOUT_VERSION = 1;

    private static final int MAX_HEADER_BYTES = 512;
    private static final int ALIGNMENT = 8;

    private static final String HEADER_FORMAT =
            "{\"__metadata__\":{\"format\":\"seed-diffusion-kv\",\"layout\":\"%d\","
                    + "\"sha256\":\"%s\"},\"kv\":{\"dtype\":\"%s\",\"shape\":[%s],"
                    + "\"data_offsets\":[0,%d]}}";

    private static final String NUMBER = "[0-9]{1,9}";

    /** {@link #HEADER_FORMAT}, with a group for each value. */
    private static final Pattern HEADER =
            Pattern.compile(
                    "\\{\"__metadata__\":\\{\"format\":\"seed-diffusion-kv\","
                            + "\"layout\":\"(?<layout>"
                            + NUMBER
                            + ")\",\"sha256\":\"(?<sha256>[0-9a-f]{64})\"\\},"
                            + "\"kv\":\\{\"dtype\":\"(?<dtype>[A-Z0-9]{1,8})\","
                            + "\"shape\":\\[(?<shape>"
                            + NUMBER
                            + "(?:,"
                            + NUMBER
                            + "){4})\\],\"data_offsets\":\\[0,(?<end>"
                            + NUMBER
                            + ")\\]\\}\\} {0,7}");

    private KvChunkCodec() {}

    /** Equal chunks give equal bytes. */
    public static byte[] encode(KvChunk chunk) {
        ByteBuffer data = chunk.data();
        String header =
                HEADER_FORMAT.formatted(
                        LAYOUT_VERSION,
                        sha256(chunk.data()),
                        chunk.dtype(),
                        chunk.shape().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(",")),
                        data.remaining());
        int headerBytes = Math.ceilDiv(header.length(), ALIGNMENT) * ALIGNMENT;
        byte[] bytes = new byte[Math.addExact(Long.BYTES + headerBytes, data.remaining())];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerBytes)
                .put(header.getBytes(US_ASCII))
                .put(" ".repeat(headerBytes - header.length()).getBytes(US_ASCII))
                .put(data);
        return bytes;
    }

    /**
     * Reads a chunk whose data is a view of {@code bytes}; nothing is allocated for it.
     *
     * @throws ChunkFormatException if {@code bytes} is not exactly what {@link #encode} wrote
     */
    public static KvChunk decode(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            throw new ChunkFormatException(
                    "A chunk begins with the 8 bytes of its header's length, but there are only "
                            + bytes.length
                            + " bytes.");
        }
        ByteBuffer document = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long headerBytes = document.getLong();
        if (headerBytes < 0 || headerBytes > Math.min(MAX_HEADER_BYTES, document.remaining())) {
            throw new ChunkFormatException(
                    "A header has at most %d bytes and lies within the chunk's %d, but this one claims %d."
                            .formatted(MAX_HEADER_BYTES, bytes.length, headerBytes));
        }
        MatchResult header = header(new String(bytes, Long.BYTES, (int) headerBytes, US_ASCII));
        ByteBuffer data = document.position(Long.BYTES + (int) headerBytes).slice();
        if (Integer.parseInt(header.group("end")) != data.remaining()) {
            throw new ChunkFormatException(
                    "The header announces %s bytes of data, but %d follow."
                            .formatted(header.group("end"), data.remaining()));
        }
        KvChunk chunk = chunk(header, data);
        String sha256 = sha256(data);
        if (!sha256.equals(header.group("sha256"))) {
            throw new ChunkFormatException(
                    "The data should have the SHA-256 %s, but has %s."
                            .formatted(header.group("sha256"), sha256));
        }
        return chunk;
    }

    private static MatchResult header(String text) {
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            throw new ChunkFormatException(
                    "The header of %d bytes is not spelled like that of a chunk."
                            .formatted(text.length()));
        }
        if (Integer.parseInt(header.group("layout")) != LAYOUT_VERSION) {
            throw new ChunkFormatException(
                    "Chunks of layout %d are read here, but this one has layout %s."
                            .formatted(LAYOUT_VERSION, header.group("layout")));
        }
        return header;
    }

    private static KvChunk chunk(MatchResult header, ByteBuffer data) {
        List<Integer> shape =
                Stream.of(header.group("shape").split(",")).map(Integer::valueOf).toList();
        try {
            return new KvChunk(header.group("dtype"), shape, data);
        } catch (IllegalArgumentException e) {
            throw new ChunkFormatException(e.getMessage());
        }
    }

    private static String sha256(ByteBuffer data) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(data.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }
}
