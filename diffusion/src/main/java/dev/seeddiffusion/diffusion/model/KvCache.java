package dev.seeddiffusion.diffusion.model;

import java.nio.ByteBuffer;

/** Keys and values of one sequence's clean tokens, from position 0. Not thread-safe. */
public interface KvCache extends AutoCloseable {

    /** Clean tokens in it. */
    int length();

    /** Most tokens, a canvas included, that it holds. */
    int capacity();

    /** Bytes of keys and values of one token, all layers. */
    int bytesPerToken();

    /**
     * @return keys and values of {@code tokens} tokens from {@code start}, in the model's compute
     *     type, little-endian, shape (layers, 2, keyValueHeads, tokens, headWidth)
     * @throws IllegalArgumentException if they are not all in the cache
     */
    ByteBuffer read(int start, int tokens);

    /**
     * Appends keys and values that {@link #read} gave, of the same model.
     *
     * @param tokens how many tokens {@code bytes} hold
     * @throws IllegalArgumentException if the number of bytes is another, or there is no room
     */
    void append(ByteBuffer bytes, int tokens);

    /**
     * Forgets the last tokens.
     *
     * @param length tokens that stay
     * @throws IllegalArgumentException if that is negative, or more than are in it
     */
    void truncate(int length);

    @Override
    void close();
}
