package dev.seeddiffusion.api.security.key;

import dev.seeddiffusion.api.security.Scope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * What is kept of a key: enough to recognise it, not enough to present it.
 *
 * @param id names it to people; part of the key's text
 * @param tenant whom it works for
 * @param name what its issuer calls it
 * @param hash SHA-256 of the key's text, in hexadecimal; a slow hash is for passwords, which can be
 *     guessed, while a key holds 256 random bits
 * @param expires it is not accepted from then on
 */
record ApiKey(
        String id,
        String tenant,
        String name,
        String hash,
        Set<Scope> scopes,
        Instant created,
        Instant expires) {

    static String hash(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }

    /** Whether {@code text} is this key, in a time that does not tell how much of it is right. */
    boolean is(String text, Instant now) {
        return MessageDigest.isEqual(
                        hash.getBytes(StandardCharsets.US_ASCII),
                        hash(text).getBytes(StandardCharsets.US_ASCII))
                && now.isBefore(expires);
    }
}
