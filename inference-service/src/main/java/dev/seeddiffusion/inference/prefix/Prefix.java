package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is known of the beginning of a prompt.
 *
 * @param chain keys of all full chunks of the prompt
 * @param chunks keys and values of the first of them, as {@link
 *     dev.seeddiffusion.diffusion.model.KvCache#append} takes them; never of the prompt's last
 *     token, which the model must see
 */
public record Prefix(List<ChunkKey> chain, List<ByteBuffer> chunks) {

    /** Of a prompt of which nothing is kept. */
    public static final Prefix NONE = new Prefix(List.of(), List.of());
}
