package dev.seeddiffusion.common.chunk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvChunkCodecTest {

    /** The data of {@link #tinyChunk}: the bytes 0 to 15. */
    private static final String SHA256 =
            "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991";

    private static final ChunkSecret SECRET = new ChunkSecret("0123456789abcdef0123456789abcdef");
    private static final ChunkKey KEY =
            ChunkKey.root(List.of(bytes("weights"), bytes("tokenizer")));

    /** Of KEY and HEADER without it; worked out with Python's hmac. */
    private static final String MAC =
            "cc910c8fc42a9bd69c32a1c62fd45ca62f92a70bf8ebd8f5c48205b1e95392d6";

    private static final String HEADER =
            "{\"__metadata__\":{\"format\":\"seed-diffusion-kv\",\"layout\":\"2\",\"mac\":\""
                    + MAC
                    + "\",\"sha256\":\""
                    + SHA256
                    + "\"},\"kv\":{\"dtype\":\"BF16\",\"shape\":[1,2,1,2,2],"
                    + "\"data_offsets\":[0,16]}}";

    @Test
    void a_known_chunk_gives_known_bytes() {
        assertThat(encoded(tinyChunk())).isEqualTo(document(HEADER));
    }

    @ParameterizedTest
    @CsvSource({"BF16, 2", "F16, 2", "F32, 4"})
    void a_chunk_comes_back_as_it_was(String dtype, int bytesPerValue) {
        List<Integer> shape = List.of(4, 2, 2, 64, 8);
        byte[] data = randomBytes(4 * 2 * 2 * 64 * 8 * bytesPerValue);
        KvChunk chunk = new KvChunk(dtype, shape, ByteBuffer.wrap(data));

        KvChunk decoded = decoded(encoded(chunk));

        assertThat(decoded).isEqualTo(chunk);
        assertThat(decoded.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(decoded.data()).isEqualTo(ByteBuffer.wrap(data));
    }

    @Test
    void data_outside_the_heap_is_encoded_as_well() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).put(sixteenBytes()).flip();

        byte[] bytes = encoded(new KvChunk("BF16", List.of(1, 2, 1, 2, 2), direct));

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
        byte[] bytes = encoded(tinyChunk());

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ChunkFormatException.class)
                    .as("first %d bytes", length)
                    .isThrownBy(() -> decoded(cut));
        }
    }

    @Test
    void a_flipped_bit_anywhere_is_noticed() {
        byte[] bytes = encoded(tinyChunk());

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(ChunkFormatException.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> decoded(flipped));
        }
    }

    @Test
    void damage_is_noticed_without_the_secret() {
        byte[] bytes = encoded(tinyChunk());
        KvChunkCodec.requireIntact(bytes);
        bytes[bytes.length - 1] ^= 1;

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.requireIntact(bytes))
                .withMessageContaining("should have the SHA-256 " + SHA256);
    }

    @Test
    void a_chunk_under_another_key_or_of_another_secret_is_refused() {
        byte[] bytes = encoded(tinyChunk());

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(bytes, ChunkKey.root(List.of()), SECRET))
                .withMessageContaining("was not written for this key");
        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> KvChunkCodec.decode(bytes, KEY, ChunkSecret.random()));
    }

    @Test
    void data_that_was_exchanged_together_with_its_checksum_is_refused() {
        KvChunk other = new KvChunk("BF16", List.of(1, 2, 1, 2, 2), ByteBuffer.wrap(new byte[16]));
        byte[] forged = KvChunkCodec.encode(other, KEY, ChunkSecret.random());
        KvChunkCodec.requireIntact(forged);

        assertThatExceptionOfType(ChunkFormatException.class).isThrownBy(() -> decoded(forged));
    }

    /** Bytes cut, repeated, overwritten and flipped at random, most of them in the header. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whatever_bytes_come_they_are_refused_and_take_no_memory(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid = encoded(tinyChunk());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        refused(valid.clone()); // loads what there is to load
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = Mutation.of(valid, random);
            long before = threads.getCurrentThreadAllocatedBytes();

            boolean isRefused = refused(mutated);

            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes taken for %s", HexFormat.of().formatHex(mutated))
                    .isLessThan(1 << 18);
            assertThat(isRefused)
                    .as(HexFormat.of().formatHex(mutated))
                    .isEqualTo(!Arrays.equals(mutated, valid));
        }
    }

    private static boolean refused(byte[] bytes) {
        try {
            decoded(bytes);
            return false;
        } catch (ChunkFormatException e) {
            return true;
        }
    }

    @Test
    void bytes_after_the_data_are_refused() {
        byte[] longer = Arrays.copyOf(document(HEADER), document(HEADER).length + 1);

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> decoded(longer))
                .withMessage("The header announces 16 bytes of data, but 17 follow.");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 513, 1L << 32})
    void a_hostile_header_length_is_refused_before_anything_is_read(long headerBytes) {
        byte[] bytes = document(HEADER);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes);

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> decoded(bytes))
                .withMessageEndingWith("but this one claims " + headerBytes + ".");
    }

    @Test
    void another_layout_is_refused_by_its_number() {
        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(() -> decoded(document(HEADER.replace("\"2\"", "\"1\""))))
                .withMessage("Chunks of layout 2 are read here, but this one has layout 1.");
    }

    @Test
    void a_shape_that_does_not_fit_the_data_is_refused() {
        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(
                        () ->
                                KvChunkCodec.requireIntact(
                                        document(HEADER.replace("1,2,1,2,2", "1,2,1,2,3"))))
                .withMessage(
                        "A chunk of BF16 [1, 2, 1, 2, 3] has 24 bytes of data, but there are 16.");
    }

    @Test
    void a_huge_shape_is_refused_without_overflow() {
        String shape = "999999999,2,999999999,999999999,999999999";

        assertThatExceptionOfType(ChunkFormatException.class)
                .isThrownBy(
                        () ->
                                KvChunkCodec.requireIntact(
                                        document(HEADER.replace("1,2,1,2,2", shape))))
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

    private static byte[] encoded(KvChunk chunk) {
        return KvChunkCodec.encode(chunk, KEY, SECRET);
    }

    private static KvChunk decoded(byte[] bytes) {
        return KvChunkCodec.decode(bytes, KEY, SECRET);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
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
