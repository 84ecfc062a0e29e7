package dev.seeddiffusion.diffusion.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's byte alphabet: each byte is written as one printable character, so that tokens, which are
 * byte strings, can be JSON strings. Printable Latin-1 bytes stand for themselves, the others for
 * the characters from U+0100 on, in the order of the bytes.
 */
final class ByteAlphabet {
    private static final char[] SYMBOLS = new char[256];
    private static final short[] BYTES = new short[512];

    static {
        Arrays.fill(BYTES, (short) -1);
        char next = 0x100;
        for (int value = 0; value < 256; value++) {
            boolean printable =
                    value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            SYMBOLS[value] = printable ? (char) value : next++;
            BYTES[SYMBOLS[value]] = (short) value;
        }
    }

    private ByteAlphabet() {}

    static String symbols(byte[] bytes) {
        StringBuilder symbols = new StringBuilder(bytes.length);
        for (byte value : bytes) {
            symbols.append(SYMBOLS[Byte.toUnsignedInt(value)]);
        }
        return symbols.toString();
    }

    /**
     * @throws IllegalArgumentException if a character is not of the alphabet
     */
    static byte[] bytes(String symbols) {
        byte[] bytes = new byte[symbols.length()];
        for (int i = 0; i < bytes.length; i++) {
            char symbol = symbols.charAt(i);
            if (symbol >= BYTES.length || BYTES[symbol] < 0) {
                throw new IllegalArgumentException(
                        "\"" + symbols + "\" is not written in the byte-level alphabet");
            }
            bytes[i] = (byte) BYTES[symbol];
        }
        return bytes;
    }
}
