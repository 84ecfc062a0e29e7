package dev.seeddiffusion.training.grammar;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a function is composed of.
 *
 * @param operations such as {@code [numbers, even, square, sum]}, or the one name of a well-known
 *     function, such as {@code [is_prime]}; equal lists mean the same task
 */
public record Composition(List<String> operations) {

    /** One composition in so many is never trained on. */
    private static final int ONE_IN = 8;

    /** Whether a composition is trained on or judged by: fixed for ever, by its hash. */
    public Split split() {
        byte[] key = String.join(" ", operations).getBytes(StandardCharsets.UTF_8);
        int hash = ByteBuffer.wrap(sha256().digest(key)).getInt();
        return Integer.remainderUnsigned(hash, ONE_IN) == 0 ? Split.TEST : Split.TRAIN;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
