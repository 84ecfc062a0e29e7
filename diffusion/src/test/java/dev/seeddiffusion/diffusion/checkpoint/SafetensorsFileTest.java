package dev.seeddiffusion.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir Path folder;

    @Test
    void reads_back_what_was_written() throws IOException {
        Tensor weight = Tensors.floats("weight", new long[] {2, 3}, 1, 2, 3, 4, 5, 6);
        Tensor one = Tensors.floats("one", new long[] {}, 7);
        Tensor none = Tensors.floats("none", new long[] {0, 4});
        Tensor bytes =
                new Tensor(
                        "b\"y\\tes",
                        DType.U8,
                        new long[] {3},
                        MemorySegment.ofArray(new byte[] {1, 2, 3}));
        Path path = folder.resolve("a.safetensors");

        SafetensorsWriter.write(path, List.of(weight, none, bytes, one), Map.of("format", "pt"));

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.names()).containsExactly("weight", "none", "b\"y\\tes", "one");
            assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
            Tensor read = file.tensor("weight");
            assertThat(read.dtype()).isEqualTo(DType.F32);
            assertThat(read.shape()).containsExactly(2, 3);
            assertThat(read.buffer().isDirect()).isTrue();
            assertThat(read.buffer().asFloatBuffer().get(5)).isEqualTo(6);
            assertThat(file.tensor("one").buffer().getFloat()).isEqualTo(7);
            assertThat(file.tensor("none").bytes().byteSize()).isZero();
            assertThat(file.tensor("b\"y\\tes").buffer().get(2)).isEqualTo((byte) 3);
            assertThat(file.tensor("absent")).isNull();
        }
    }

    @Test
    void the_data_begins_at_a_multiple_of_eight() throws IOException {
        for (int length = 1; length <= 8; length++) {
            Path path = folder.resolve("a.safetensors");
            Tensor tensor = Tensors.floats("t".repeat(length), new long[] {1}, 1);

            SafetensorsWriter.write(path, List.of(tensor), Map.of());

            assertThat((Files.size(path) - Float.BYTES) % 8).isZero();
            SafetensorsFile.open(path).close();
        }
    }

    @Test
    void two_tensors_of_one_name_are_not_written() {
        Tensor tensor = Tensors.floats("twice", new long[] {1}, 1);
        Path path = folder.resolve("a.safetensors");

        assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(tensor, tensor), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 100_000_001, 1_000, 3})
    void a_header_length_beyond_the_file_is_refused(long length) throws IOException {
        Path path = folder.resolve("a.safetensors");
        byte[] content =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
        Files.write(path, content);

        assertRefusedCheaply(path, "header claims " + Long.toUnsignedString(length) + " bytes");
    }

    @Test
    void fewer_bytes_than_a_length_are_refused() throws IOException {
        Path path = folder.resolve("a.safetensors");
        Files.write(path, new byte[7]);

        assertRefusedCheaply(path, "7 bytes are no safetensors file");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none.safetensors")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("none.safetensors");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "F32; [2]; [-8, 0]; data_offsets has -8",
                "F32; [2]; [8, 0]; begin <= end",
                "F32; [2]; [0]; begin <= end",
                "F32; [2]; [0, 8, 8]; begin <= end",
                "F32; [2]; [0.5, 8]; data_offsets has 0.5",
                "F32; [2]; [0, 9223372036854775808]; data_offsets has 9223372036854775808",
                "F32; [2]; 8; data_offsets must be an array",
                "F32; [2]; [0, 16]; file has 8: is it cut off?",
                "F32; [3]; [0, 8]; F32 [3], which does not need the 8 bytes",
                "F16; [2]; [0, 8]; F16 [2], which does not need the 8 bytes",
                "F32; [-2]; [0, 8]; shape has -2",
                "F32; [\"2\"]; [0, 8]; shape has \"2\"",
                "F32; [1e400]; [0, 8]; shape has",
                "F32; {}; [0, 8]; shape must be an array",
                "F32; [4611686018427387904, 4]; [0, 8]; does not need",
                "F32; [4294967296, 4294967296]; [0, 0]; does not need",
                "F32; [2199023255552]; [0, 8796093022208]; is it cut off?",
                "F7; [2]; [0, 8]; dtype is \"F7\", but known are",
                "f32; [2]; [0, 8]; dtype is \"f32\"",
            })
    void a_malformed_tensor_is_refused_by_name(
            String dtype, String shape, String offsets, String message) throws IOException {
        String entry =
                "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
                        .formatted(dtype, shape, offsets);
        Path path = file("{\"model.norm.weight\":" + entry + "}", 8);

        assertRefusedCheaply(path, "tensor model.norm.weight: ", message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "[]; one JSON object",
                "{; not valid JSON",
                "``; not valid JSON",
                "{\"a\":}; not valid JSON",
                "{'a':{}}; not valid JSON",
                "{} {}; not valid JSON",
                "{\"a\":{},\"a\":{}}; key \"a\" twice",
                "{\"a\":[]}; tensor a: must be an object",
                "{\"a\":{\"shape\":[]}}; tensor a: dtype is null",
                "{\"__metadata__\":[]}; __metadata__ must be an object",
                "{\"__metadata__\":{\"n\":1}}; __metadata__.n must be a string",
                "{}; end at byte 0 of the data, but the file has 8",
            })
    void a_malformed_header_is_refused(String header, String message) throws IOException {
        assertRefusedCheaply(file(header, 8), message);
    }

    @Test
    void nesting_without_end_is_refused() throws IOException {
        assertRefusedCheaply(file("{\"a\":" + "[".repeat(100_000), 0), "not valid JSON");
    }

    @Test
    void a_header_that_is_not_utf8_is_refused() throws IOException {
        Path path = file("{\"a\":1}", 0);
        byte[] content = Files.readAllBytes(path);
        content[Long.BYTES + 2] = (byte) 0xFF;
        Files.write(path, content);

        assertRefusedCheaply(path, "not UTF-8");
    }

    @Test
    void tensors_that_overlap_are_refused() throws IOException {
        Path path = file("{" + bytes("first", 0, 6) + "," + bytes("second", 4, 8) + "}", 8);

        assertRefusedCheaply(path, "tensor second: begins at byte 4", "overlap");
    }

    @Test
    void a_gap_between_tensors_is_refused() throws IOException {
        Path path = file("{" + bytes("first", 0, 2) + "," + bytes("second", 4, 8) + "}", 8);

        assertRefusedCheaply(path, "tensor second: begins at byte 4", "gap");
    }

    @Test
    void bytes_after_the_last_tensor_are_refused() throws IOException {
        assertRefusedCheaply(file("{" + bytes("only", 0, 4) + "}", 8), "end at byte 4");
    }

    private static String bytes(String name, long begin, long end) {
        return "\"%s\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                .formatted(name, end - begin, begin, end);
    }

    private Path file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + json.length + dataBytes);
        content.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        return Files.write(folder.resolve("hostile.safetensors"), content.array());
    }

    /** The error names file and fault, and what the header declares was not allocated. */
    private static void assertRefusedCheaply(Path path, String... facts) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContainingAll(facts);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000_000);
    }
}
