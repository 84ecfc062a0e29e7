package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.chunk.KvChunk;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import java.nio.ByteBuffer;
import java.util.List;

/** What replicas send. */
final class Chunks {

    private static final ChunkSecret SECRET = ChunkSecret.random();

    static final String TENANT = SECRET.tag("acme");

    private Chunks() {}

    /**
     * @param kilobytes of data
     */
    static byte[] chunk(int kilobytes) {
        return KvChunkCodec.encode(
                new KvChunk(
                        "BF16",
                        List.of(1, 2, 1, kilobytes, 256),
                        ByteBuffer.allocate(kilobytes * 1024)),
                ChunkKey.root(List.of()),
                SECRET);
    }
}
