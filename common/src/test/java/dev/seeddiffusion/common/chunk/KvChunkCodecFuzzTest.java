package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Any bytes: they are a chunk, to the last bit, or are refused. A build tries those that are kept
 * as resources; {@code JAZZER_FUZZ=1 ./mvnw test -pl common -Dtest=KvChunkCodecFuzzTest#chunks}
 * looks for others.
 */
class KvChunkCodecFuzzTest {

    private static final ChunkSecret SECRET = new ChunkSecret("a secret of this test, long enough");
    private static final ChunkKey KEY = ChunkKey.root(List.of());
    private static final int MOST_BYTES = 1000;

    @FuzzTest(maxDuration = "60s")
    void chunks(byte[] bytes) {
        try {
            KvChunk chunk = KvChunkCodec.decode(bytes, KEY, SECRET);
            assertThat(KvChunkCodec.encode(chunk, KEY, SECRET)).isEqualTo(bytes);
        } catch (ChunkFormatException e) {
            assertThat(e).hasMessageEndingWith(".");
        }
    }

    @FuzzTest(maxDuration = "60s")
    void frames(byte[] bytes) {
        try {
            List<byte[]> chunks = new ChunkFrames(MOST_BYTES).read(ByteBuffer.wrap(bytes));
            assertThat(chunks).allMatch(chunk -> chunk.length <= MOST_BYTES);
        } catch (ChunkFormatException e) {
            assertThat(e).hasMessageEndingWith(".");
        }
    }
}
