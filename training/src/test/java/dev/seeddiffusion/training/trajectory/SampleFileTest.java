package dev.seeddiffusion.training.trajectory;

import static dev.seeddiffusion.training.trajectory.Samples.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.diffusion.sampling.Trajectory;
import dev.seeddiffusion.training.trajectory.Samples.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleFileTest {

    private static final Sample FIRST =
            Samples.of(
                    3,
                    new int[] {END, 70_000, 8},
                    1,
                    Block.of(new int[] {5, 6, 7, 8}, 1, 0, 2, 1),
                    Block.of(new int[] {9, END}, 0, 1).in(4).sure(0.25));

    private static final Sample SECOND =
            Samples.of(7, new int[] {END, 4}, 0.125, Block.of(new int[] {5, END}, 0, 0));

    /** A token revised, another one given from the start. */
    private static final Sample REVISED =
            new Sample(
                    8,
                    1,
                    new Trajectory(
                            new int[] {END, 3},
                            List.of(
                                    new BlockTrajectory(
                                            2,
                                            List.of(
                                                    new int[] {9, 1, 1},
                                                    new int[] {9, 5, 1},
                                                    new int[] {9, 6, END}),
                                            new float[] {1, 0.5f, 0.75f},
                                            new int[] {-1, 1, 1}))),
                    0);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("samples.bin");
    }

    @Test
    void what_is_added_is_read_again() throws IOException {
        write(FIRST, SECOND);
        write(REVISED);

        try (SampleFile opened = SampleFile.open(file)) {
            assertThat(opened.samples())
                    .usingRecursiveComparison()
                    .withComparatorForType(Float::compare, Float.class) // NaN equals NaN
                    .isEqualTo(List.of(FIRST, SECOND, REVISED));
        }
    }

    @Test
    void a_torn_last_record_is_dropped_and_overwritten_wherever_it_was_torn() throws IOException {
        write(FIRST, SECOND);
        byte[] whole = Files.readAllBytes(file);
        write(REVISED);
        byte[] more = Files.readAllBytes(file);
        for (int torn = whole.length; torn < more.length; torn++) {
            Files.write(file, Arrays.copyOf(more, torn));
            try (SampleFile opened = SampleFile.open(file)) {
                assertThat(opened.samples())
                        .usingRecursiveComparison()
                        .withComparatorForType(Float::compare, Float.class)
                        .isEqualTo(List.of(FIRST, SECOND));
                opened.add(REVISED);
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(more);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1, 19})
    void a_length_that_is_none_is_refused_and_the_file_left_alone(int length) throws IOException {
        write(FIRST);
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer damaged = ByteBuffer.allocate(whole.length + 100).put(whole).putInt(length);
        Files.write(file, damaged.array());

        assertThatIOException()
                .isThrownBy(() -> SampleFile.open(file))
                .withMessageContaining("samples.bin holds no sample at byte " + whole.length)
                .withMessageContaining("Move it away");
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged.array());
    }

    @Test
    void another_kind_of_file_is_refused_and_left_alone() throws IOException {
        Files.writeString(file, "{\"step\": 20, \"losses\": {}}\n".repeat(50));
        byte[] before = Files.readAllBytes(file);

        assertThatIOException()
                .isThrownBy(() -> SampleFile.open(file))
                .withMessageContaining("at byte 0");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void whatever_bytes_are_damaged_the_file_is_read_or_refused() throws IOException {
        write(FIRST, SECOND, REVISED);
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length - 3);
            ByteBuffer.wrap(damaged).putInt(at, random.nextInt());
            Files.write(file, damaged);
            try (SampleFile opened = SampleFile.open(file)) {
                assertThat(opened.samples()).hasSizeLessThanOrEqualTo(3);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("holds no sample");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    private void write(Sample... samples) throws IOException {
        try (SampleFile opened = SampleFile.open(file)) {
            for (Sample sample : samples) {
                opened.add(sample);
            }
        }
    }
}
