package dev.seeddiffusion.diffusion.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stream of token bytes into text, whole characters only: a token may end in the middle of
 * one. Bytes that are no UTF-8 become U+FFFD. One stream, one thread.
 */
public final class Utf8Assembler {
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] incomplete = {};

    /** The characters that {@code bytes} complete; the rest waits for more. */
    public String append(byte[] bytes) {
        ByteBuffer input = ByteBuffer.allocate(incomplete.length + bytes.length);
        input.put(incomplete).put(bytes).flip();
        CharBuffer text = CharBuffer.allocate(input.remaining());
        decoder.reset().decode(input, text, false);
        incomplete = new byte[input.remaining()];
        input.get(incomplete);
        return text.flip().toString();
    }

    /** What stands for the bytes still waiting, at the end of the stream; empty if none wait. */
    public String flush() {
        String rest = new String(incomplete, StandardCharsets.UTF_8);
        incomplete = new byte[0];
        return rest;
    }
}
