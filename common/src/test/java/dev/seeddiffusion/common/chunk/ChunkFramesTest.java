package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkFramesTest {

    @Test
    void a_known_chunk_gives_known_bytes() {
        assertThat(written(List.of(new byte[] {7, 8, 9}, new byte[] {1})))
                .containsExactly(3, 0, 0, 0, 7, 8, 9, 1, 0, 0, 0, 1);
    }

    @ParameterizedTest(name = "pieces of at most {0} bytes")
    @ValueSource(ints = {1, 3, 4, 5, 1000, 200_000})
    void chunks_come_back_however_the_stream_is_cut(int mostBytes) {
        SplittableRandom random = new SplittableRandom(mostBytes);
        List<byte[]> chunks =
                Stream.of(1, 2, 65_535, 65_536, 65_537, 140_000).map(byte[]::new).toList();
        chunks.forEach(random::nextBytes);
        ByteBuffer stream = ByteBuffer.wrap(written(chunks));

        ChunkFrames frames = new ChunkFrames(140_000);
        List<byte[]> read = new ArrayList<>();
        while (stream.hasRemaining()) {
            int length = Math.min(stream.remaining(), random.nextInt(mostBytes) + 1);
            read.addAll(frames.read(stream.slice(stream.position(), length)));
            stream.position(stream.position() + length);
        }

        assertThat(read).usingRecursiveComparison().isEqualTo(chunks);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101, Integer.MAX_VALUE})
    void a_length_that_is_no_chunks_is_refused_before_memory_is_taken(int length) {
        ByteBuffer piece = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length);

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> new ChunkFrames(100).read(piece))
                .withMessage("A chunk has 1 to 100 bytes, but one of " + length + " is announced.");
    }

    private static byte[] written(List<byte[]> chunks) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            for (ByteBuffer piece : ChunkFrames.write(chunk)) {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                stream.writeBytes(bytes);
            }
        }
        return stream.toByteArray();
    }
}
