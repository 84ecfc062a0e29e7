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
 * Chunks of KV as bytes: a safetensors document with one tensor, {@code kv}, the SHA-256 of its
 * data, and a MAC.
 *
 * <pre>
 * 8 bytes   length of the header, little-endian
 * header    {"__metadata__":{"format":"seed-diffusion-kv","layout":"2","mac":"…","sha256":"…"},
 *            "kv":{"dtype":"BF16","shape":[4,2,2,64,32],"data_offsets":[0,65536]}}
 *           without white space, then spaces until its length is a multiple of 8
 * data      the tensor, row-major, little-endian
 * </pre>
 *
 * <p>The checksum tells whether bytes were damaged, and needs no secret. The MAC covers the header,
 * the checksum in it, and the key that the chunk was written for: it tells whether somebody who has
 * the {@link ChunkSecret} put these bytes under this key.
 *
 * <p>Every safetensors reader reads it. The other way round, only a header in exactly this spelling
 * is accepted: the bytes come from outside the process, and what is never parsed cannot be abused.
 */
public final class KvChunkCodec {

    /** Changes whenever older bytes must not be read any more; part of what a root key covers. */
    public static final int LAYOUT_VERSION = 2;

    private static final int MAX_HEADER_BYTES = 512;
    private static final int ALIGNMENT = 8;

    private static final String HEADER_FORMAT =
            "{\"__metadata__\":{\"format\":\"seed-diffusion-kv\",\"layout\":\"%s\","
                    + "\"mac\":\"%s\",\"sha256\":\"%s\"},\"kv\":{\"dtype\":\"%s\",\"shape\":[%s],"
                    + "\"data_offsets\":[0,%s]}}";

    private static final String NUMBER = "[0-9]{1,9}";

    /** {@link #HEADER_FORMAT}, with a group for each value. */
    private static final Pattern HEADER =
            Pattern.compile(
                    "\\{\"__metadata__\":\\{\"format\":\"seed-diffusion-kv\","
                            + "\"layout\":\"(?<layout>"
                            + NUMBER
                            + ")\",\"mac\":\"(?<mac>[0-9a-f]{64})\","
                            + "\"sha256\":\"(?<sha256>[0-9a-f]{64})\"\\},"
                            + "\"kv\":\\{\"dtype\":\"(?<dtype>[A-Z0-9]{1,8})\","
                            + "\"shape\":\\[(?<shape>"
                            + NUMBER
                            + "(?:,"
                            + NUMBER
                            + "){4})\\],\"data_offsets\":\\[0,(?<end>"
                            + NUMBER
                            + ")\\]\\}\\} {0,7}");

    private KvChunkCodec() {}

    /**
     * Equal chunks under equal keys give equal bytes.
     *
     * @param key under which the bytes are to be kept
     */
    public static byte[] encode(KvChunk chunk, ChunkKey key, ChunkSecret secret) {
        ByteBuffer data = chunk.data();
        String shape = chunk.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
        String sha256 = sha256(data);
        String unsigned = header("", sha256, chunk.dtype(), shape, data.remaining());
        String mac = secret.mac(key, unsigned);
        String header = header(mac, sha256, chunk.dtype(), shape, data.remaining());
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

    private static String header(
            String mac, String sha256, String dtype, String shape, Object dataBytes) {
        return HEADER_FORMAT.formatted(LAYOUT_VERSION, mac, sha256, dtype, shape, dataBytes);
    }

    /**
     * Reads a chunk whose data is a view of {@code bytes}; nothing is allocated for it.
     *
     * @param key under which the bytes were found
     * @throws ChunkFormatException if {@code bytes} is not exactly what {@link #encode} wrote for
     *     this key with this secret
     */
    public static KvChunk decode(byte[] bytes, ChunkKey key, ChunkSecret secret) {
        Document document = Document.of(bytes);
        document.requireMac(key, secret);
        document.requireChecksum();
        return document.chunk();
    }

    /**
     * Whether bytes are a chunk at all, for who has no secret.
     *
     * @throws ChunkFormatException if they are none, or damaged
     */
    public static void requireIntact(byte[] bytes) {
        Document document = Document.of(bytes);
        document.chunk();
        document.requireChecksum();
    }

    /** Bytes whose lengths fit together. */
    private record Document(MatchResult header, ByteBuffer data) {

        static Document of(byte[] bytes) {
            if (bytes.length < Long.BYTES) {
                throw new ChunkFormatException(
                        "A chunk begins with the 8 bytes of its header's length, but there are only "
                                + bytes.length
                                + " bytes.");
            }
            ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long headerBytes = all.getLong();
            if (headerBytes < 0 || headerBytes > Math.min(MAX_HEADER_BYTES, all.remaining())) {
                throw new ChunkFormatException(
                        "A header has at most %d bytes and lies within the chunk's %d, but this one claims %d."
                                .formatted(MAX_HEADER_BYTES, bytes.length, headerBytes));
            }
            String text = new String(bytes, Long.BYTES, (int) headerBytes, US_ASCII);
            MatchResult header = KvChunkCodec.parse(text);
            ByteBuffer data = all.position(Long.BYTES + (int) headerBytes).slice();
            if (Integer.parseInt(header.group("end")) != data.remaining()) {
                throw new ChunkFormatException(
                        "The header announces %s bytes of data, but %d follow."
                                .formatted(header.group("end"), data.remaining()));
            }
            return new Document(header, data);
        }

        void requireMac(ChunkKey key, ChunkSecret secret) {
            String unsigned =
                    KvChunkCodec.header(
                            "",
                            header.group("sha256"),
                            header.group("dtype"),
                            header.group("shape"),
                            header.group("end"));
            if (!MessageDigest.isEqual(
                    secret.mac(key, unsigned).getBytes(US_ASCII),
                    header.group("mac").getBytes(US_ASCII))) {
                throw new ChunkFormatException(
                        "The chunk was not written for this key by a replica with this secret.");
            }
        }

        void requireChecksum() {
            String sha256 = sha256(data);
            if (!sha256.equals(header.group("sha256"))) {
                throw new ChunkFormatException(
                        "The data should have the SHA-256 %s, but has %s."
                                .formatted(header.group("sha256"), sha256));
            }
        }

        KvChunk chunk() {
            List<Integer> shape =
                    Stream.of(header.group("shape").split(",")).map(Integer::valueOf).toList();
            try {
                return new KvChunk(header.group("dtype"), shape, data);
            } catch (IllegalArgumentException e) {
                throw new ChunkFormatException(e.getMessage());
            }
        }
    }

    private static MatchResult parse(String text) {
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
