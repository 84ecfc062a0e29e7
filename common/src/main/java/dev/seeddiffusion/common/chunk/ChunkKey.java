package dev.seeddiffusion.common.chunk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Names one chunk of KV: a link in a SHA-256 chain over full chunks of token ids.
 *
 * <p>A key covers every token before it, so equal keys mean equal prefixes; the root covers
 * everything else that the bytes depend on. Token ids are hashed as little-endian int32 on every
 * host. In JSON a key is its string.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ChunkKey(@JsonValue String hex) {

    /** Tokens in a chunk; the last, partial chunk of a prompt has no key. */
    public static final int CHUNK_TOKENS = 64;

    private static final int HEX_DIGITS = 64;

    /**
     * @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ChunkKey {
        if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(ChunkKey::isLowerHexDigit)) {
            throw new IllegalArgumentException(
                    "A chunk key has 64 lower-case hexadecimal digits; this one has "
                            + hex.length()
                            + " characters.");
        }
    }

    /**
     * The parent of every first chunk.
     *
     * @param parts what the bytes of KV depend on besides the tokens, such as the digest of the
     *     weights, and the tenant's salt; each is hashed with its length, so that no two lists
     *     collide
     */
    public static ChunkKey root(List<byte[]> parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(littleEndian(part.length));
            digest.update(part);
        }
        return new ChunkKey(HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * @param tokens token ids from position 0
     * @return one key for each full chunk of {@code tokens}, in order
     */
    public static List<ChunkKey> chain(ChunkKey root, int[] tokens) {
        List<ChunkKey> keys = new ArrayList<>();
        ChunkKey parent = root;
        for (int start = 0; start + CHUNK_TOKENS <= tokens.length; start += CHUNK_TOKENS) {
            MessageDigest digest = sha256();
            digest.update(HexFormat.of().parseHex(parent.hex));
            for (int i = start; i < start + CHUNK_TOKENS; i++) {
                digest.update(littleEndian(tokens[i]));
            }
            parent = new ChunkKey(HexFormat.of().formatHex(digest.digest()));
            keys.add(parent);
        }
        return keys;
    }

    private static boolean isLowerHexDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }
}
