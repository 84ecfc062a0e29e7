package dev.seeddiffusion.inference.prefix;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.chunk.KvChunk;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.inference.model.ModelHost;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the chunks of one model are called and look like.
 *
 * @param model all that keys and values depend on besides the tokens
 * @param dtype of the values
 * @param shape (layers, 2, keyValueHeads, tokens, headWidth)
 * @param secret makes each tenant's keys its own, and tells our bytes from others'
 */
record ChunkFormat(List<byte[]> model, String dtype, List<Integer> shape, ChunkSecret secret) {

    static ChunkFormat of(ModelHost host, ChunkSecret secret) {
        String dtype = host.precision().compute().name();
        ModelConfig config = host.config();
        // Sharing a forward changes last bits.
        String forwards = host.description().deterministic() ? "deterministic" : "batched";
        return new ChunkFormat(
                List.of(
                        host.weightsDigest().getBytes(UTF_8),
                        host.tokenizerDigest().getBytes(UTF_8),
                        host.precision().name().getBytes(UTF_8),
                        config.family().attention().name().getBytes(UTF_8),
                        ("rope " + config.ropeTheta()).getBytes(UTF_8),
                        ("layout " + KvChunkCodec.LAYOUT_VERSION).getBytes(UTF_8),
                        forwards.getBytes(UTF_8)),
                dtype,
                List.of(
                        config.layers(),
                        2,
                        config.keyValueHeads(),
                        ChunkKey.CHUNK_TOKENS,
                        config.headWidth()),
                secret);
    }

    /** One key for each full chunk of a tenant's prompt. */
    List<ChunkKey> chain(String tenant, int[] promptTokens) {
        List<byte[]> parts = new ArrayList<>(model);
        parts.add(secret.salt(tenant));
        return ChunkKey.chain(ChunkKey.root(parts), promptTokens);
    }

    long bytesPerToken() {
        long values = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        return values * DType.valueOf(dtype).bytes() / ChunkKey.CHUNK_TOKENS;
    }

    byte[] encode(ChunkKey key, ByteBuffer keysAndValues) {
        return KvChunkCodec.encode(new KvChunk(dtype, shape, keysAndValues), key, secret);
    }

    /**
     * @param key under which the bytes were found
     * @return keys and values of {@link ChunkKey#CHUNK_TOKENS} tokens
     * @throws dev.seeddiffusion.common.chunk.ChunkFormatException if {@code bytes} is no chunk, or
     *     not the one of this key
     * @throws IllegalArgumentException if it has another shape
     */
    ByteBuffer decode(ChunkKey key, byte[] bytes) {
        KvChunk chunk = KvChunkCodec.decode(bytes, key, secret);
        if (!chunk.dtype().equals(dtype) || !chunk.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "A chunk of %s %s was found, but this model's are %s %s."
                            .formatted(chunk.dtype(), chunk.shape(), dtype, shape));
        }
        return chunk.data();
    }
}
