package dev.seeddiffusion.common.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Bytes that were valid before something happened to them. */
final class Mutation {

    private static final byte[] TELLING = "0123456789,:[]{}\" abcdef\\-.e".getBytes(US_ASCII);

    private Mutation() {}

    static byte[] of(byte[] valid, SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
            case 3 -> bytes[random.nextInt(Math.min(8, bytes.length))] = (byte) random.nextInt();
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            default -> {
                int length = random.nextInt(bytes.length - at) + 1;
                byte[] repeated = Arrays.copyOf(bytes, bytes.length + length);
                System.arraycopy(bytes, at, repeated, at + length, bytes.length - at);
                return repeated;
            }
        }
        return bytes;
    }
}
