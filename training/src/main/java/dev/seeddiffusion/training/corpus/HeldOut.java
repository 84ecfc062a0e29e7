package dev.seeddiffusion.training.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which functions are kept from training, so that a model can be judged on code it has not seen.
 *
 * <p>A function is held out by the SHA-256 of its code without white space: the choice depends on
 * nothing but the code, not on its place in the corpus, and copies that differ in layout go the
 * same way. Immutable and thread-safe.
 */
public final class HeldOut {
    /** What the commands hold out; all steps of a recipe must agree on it. */
    public static final double DEFAULT_SHARE = 0.01;

    private final double share;

    /**
     * @param share of the functions to hold out, from 0 (none) to 1 (all)
     * @throws IllegalArgumentException if {@code share} is out of range
     */
    public HeldOut(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the held-out share must lie between 0 and 1, but is " + share);
        }
        this.share = share;
    }

    /** True if the function must not be trained on. */
    public boolean contains(SourceFunction function) {
        String key = function.code().replaceAll("\\s+", "");
        byte[] hash = sha256().digest(key.getBytes(StandardCharsets.UTF_8));
        double position = (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53; // uniform in [0, 1)
        return position < share;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
