package dev.seeddiffusion.common.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of all replicas that share chunks. Whatever keeps chunks apart is derived from it by
 * HMAC-SHA256, so that no client can choose it, and nobody who reads the store can repeat it.
 * Immutable and thread-safe.
 */
public final class ChunkSecret {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final SecretKeySpec key;

    /**
     * @param text at least 32 bytes in UTF-8; whoever has it reads and forges every tenant's chunks
     * @throws IllegalArgumentException if it is shorter
     */
    public ChunkSecret(String text) {
        this(text.getBytes(UTF_8));
    }

    private ChunkSecret(byte[] bytes) {
        if (bytes.length < BYTES) {
            throw new IllegalArgumentException(
                    "The secret of the prefix cache has at least %d bytes, but this one has %d."
                            .formatted(BYTES, bytes.length));
        }
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** For a process that shares with nobody. */
    public static ChunkSecret random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new ChunkSecret(bytes);
    }

    /** What the keys of a tenant's chunks begin with. */
    public byte[] salt(String tenant) {
        return hmac("salt", tenant);
    }

    /**
     * @return 64 hexadecimal digits by which a store tells tenants apart, and learns nothing else
     */
    public String tag(String tenant) {
        return HexFormat.of().formatHex(hmac("tag", tenant));
    }

    /**
     * @return 64 hexadecimal digits that only who has the secret can give to {@code contents} under
     *     {@code key}
     */
    String mac(ChunkKey key, String contents) {
        return HexFormat.of().formatHex(hmac("mac", key.hex() + contents));
    }

    private byte[] hmac(String purpose, String of) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(purpose.getBytes(UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(of.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM + ".", e);
        }
    }
}
