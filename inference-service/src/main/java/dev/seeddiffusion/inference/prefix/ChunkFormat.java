package dev.seeddiffusion.inference.prefix;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunk;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.inference.model.ModelHost;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the chunks of one model are called and look like.
 *
 * @param root covers all that keys and values depend on besides the tokens
 * @param dtype of the values
 * @param shape (layers, 2, keyValueHeads, tokens, headWidth)
 */
record ChunkFormat(ChunkKey root, String dtype, List<Integer> shape) {

    static ChunkFormat of(ModelHost model) {
        String dtype = model.computeType().name();
        ModelConfig config = model.config();
        return new ChunkFormat(
                ChunkKey.root(
                        List.of(
                                model.weightsDigest().getBytes(UTF_8),
                                model.tokenizerDigest().getBytes(UTF_8),
                                dtype.getBytes(UTF_8),
                                String.valueOf(KvChunkCodec.LAYOUT_VERSION).getBytes(UTF_8))),
                dtype,
                List.of(
                        config.layers(),
                        2,
                        config.keyValueHeads(),
                        ChunkKey.CHUNK_TOKENS,
                        config.headWidth()));
    }

    byte[] encode(ByteBuffer keysAndValues) {
        return KvChunkCodec.encode(new KvChunk(dtype, shape, keysAndValues));
    }

    /**
     * @return keys and values of {@link ChunkKey#CHUNK_TOKENS} tokens
     * @throws dev.seeddiffusion.common.chunk.ChunkFormatException if {@code bytes} is no chunk
     * @throws IllegalArgumentException if it is the chunk of another model
     */
    ByteBuffer decode(byte[] bytes) {
        KvChunk chunk = KvChunkCodec.decode(bytes);
        if (!chunk.dtype().equals(dtype) || !chunk.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "A chunk of %s %s was found, but this model's are %s %s."
                            .formatted(chunk.dtype(), chunk.shape(), dtype, shape));
        }
        return chunk.data();
    }
}
