package dev.seeddiffusion.common.chunk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvChunkCodecTest {

    /** The data of {@link #tinyChunk}: the bytes 0 to 15. */
    private static final String SHA256 =
            "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991";

    private static final String HEADER =
            "{\"__metadata__\":{\"format\":\"seed-diffusion-kv\",\"layout\":\"1\",\"sha256\":\""
                    + SHA256
                    + "\"},\"kv\":{\"dtype\":\"BF16\",\"shape\":[1,2,1,2,2],"
                    + "\"data_offsets\":[0,16]}}";

    @Test
    void a_known_chunk_gives_known_bytes() {
        assertThat(KvChunkCodec.encode(tinyChunk())).isEqualTo(document(HEADER));
    }

    @ParameterizedTest
    @CsvSource({"BF16, 2", "F16, 2", "F32, 4"})
    void a_chunk_comes_back_as_it_was(String dtype, int bytesPerValue) {
        List<Integer> shape = List.of(4, 2, 2, 64, 8);
        byte[] data = KvChunkStoreContract.anyBytes(4 * 2 * 2 * 64 * 8 * bytesPerValue);
        KvChunk chunk = new KvChunk(dtype, shape, ByteBuffer.wrap(data));

        KvChunk decoded = KvChunkCodec.decode(KvChunkCodec.encode(chunk));

        assertThat(decoded).isEqualTo(chunk);
        assertThat(decoded.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(decoded.data()).isEqualTo(ByteBuffer.wrap(data));
    }

    @Test
    void data_outside_the_heap_is_encoded_as_well() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).put(sixteenBytes()).flip();

        byte[] bytes = KvChunkCodec.encode(new KvChunk("BF16", List.of(1, 2, 1, 2, 2), direct));

        assertThat(bytes).isEqualTo(document(HEADER));
    }

    @Test
    void reading_a_chunk_leaves_it_as_it_is() {
        KvChunk chunk = tinyChunk();

        chunk.data().getInt();

        assertThat(chunk.data().remaining()).isEqualTo(16);
        assertThat(chunk.data().isReadOnly()).isTrue();
    }

    @Test
    void a_chunk_cut_short_anywhere_is_refused() {
        byte[] bytes = KvChunkCodec.encode(tinyChunk());

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ChunkFormatException.class)
                    .as("first %d bytes", length)
                    .isThrownBy(() -> KvChunkCodec.decode(cut));
        }
    }

    @Test
    void a_flipped_bit_anywhere_is_noticed() {
        byte[] bytes = KvChunkCodec.encode(tinyChunk());

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(ChunkFormatException.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> KvChunkCodec.decode(flipped));
        }
    }

    @Test
    void bytes_after_the_data_are_refused() {
        byte[] longer = Arrays.copyOf(document(HEADER), document(HEADER).length + 1);

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(longer))
                .withMessage("The header announces 16 bytes of data, but 17 follow.");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 513, 1L << 32})
    void a_hostile_header_length_is_refused_before_anything_is_read(long headerBytes) {
        byte[] bytes = document(HEADER);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes);

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(bytes))
                .withMessageEndingWith("but this one claims " + headerBytes + ".");
    }

    @Test
    void another_layout_is_refused_by_its_number() {
        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(document(HEADER.replace("\"1\"", "\"2\""))))
                .withMessage("Chunks of layout 1 are read here, but this one has layout 2.");
    }

    @Test
    void a_shape_that_does_not_fit_the_data_is_refused() {
        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(
                        () ->
                                KvChunkCodec.decode(
                                        document(HEADER.replace("1,2,1,2,2", "1,2,1,2,3"))))
                .withMessage(
                        "A chunk of BF16 [1, 2, 1, 2, 3] has 24 bytes of data, but there are 16.");
    }

    @Test
    void a_huge_shape_is_refused_without_overflow() {
        String shape = "999999999,2,999999999,999999999,999999999";

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(document(HEADER.replace("1,2,1,2,2", shape))))
                .withMessageEndingWith("is too large.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"I64", "bf16", ""})
    void an_unknown_dtype_is_refused(String dtype) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new KvChunk(dtype, List.of(1, 2, 1, 2, 2), ByteBuffer.allocate(16)));
    }

    @Test
    void keys_without_values_are_no_chunk() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new KvChunk("BF16", List.of(1, 1, 1, 2, 2), ByteBuffer.allocate(8)));
    }

    private static KvChunk tinyChunk() {
        return new KvChunk("BF16", List.of(1, 2, 1, 2, 2), ByteBuffer.wrap(sixteenBytes()));
    }

    private static byte[] sixteenBytes() {
        return new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    }

    /** Written out by hand, byte for byte as the format's description says. */
    private static byte[] document(String header) {
        String padded = header + " ".repeat(-header.length() & 7);
        return ByteBuffer.allocate(8 + padded.length() + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length())
                .put(padded.getBytes(ISO_8859_1))
                .put(sixteenBytes())
                .array();
    }
}
