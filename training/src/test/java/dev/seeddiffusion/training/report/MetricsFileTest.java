package dev.seeddiffusion.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
    @TempDir Path folder;

    @Test
    void every_measurement_can_be_read_at_once() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsFile metrics = MetricsFile.open(file, 0)) {
            metrics.append(at(10));
            assertThat(MetricsFile.read(file)).containsExactly(at(10));
            metrics.append(at(20));
            assertThat(MetricsFile.read(file)).containsExactly(at(10), at(20));
        }
    }

    @Test
    void a_resumed_run_drops_what_was_measured_after_its_checkpoint() throws IOException {
        Path file = file(10, 20, 30);

        try (MetricsFile metrics = MetricsFile.open(file, 20)) {
            metrics.append(at(25));
        }

        assertThat(MetricsFile.read(file)).containsExactly(at(10), at(20), at(25));
    }

    @Test
    void a_new_run_begins_a_new_file() throws IOException {
        Path file = file(0, 10);

        MetricsFile.open(file, 0).close();

        assertThat(file).isEmptyFile();
    }

    @Test
    void a_line_cut_by_a_kill_is_dropped() throws IOException {
        Path file = file(10);
        Files.writeString(file, "{\"step\":20,\"tok", StandardOpenOption.APPEND);

        try (MetricsFile metrics = MetricsFile.open(file, 10)) {
            metrics.append(at(20));
        }

        assertThat(MetricsFile.read(file)).containsExactly(at(10), at(20));
    }

    @Test
    void a_malformed_line_is_named() throws IOException {
        Path file = file(10);
        Files.writeString(file, "hello\n", StandardOpenOption.APPEND);

        assertThatIOException()
                .isThrownBy(() -> MetricsFile.read(file))
                .withMessageContaining("metrics.jsonl:2: not a measurement");
    }

    @Test
    void a_loss_that_is_no_number_is_left_out() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsFile metrics = MetricsFile.open(file, 0)) {
            metrics.append(new Measurement(1, 2, 3, 4, 5, Map.of("a", Double.NaN, "b", 1.0)));
        }

        assertThat(MetricsFile.read(file))
                .containsExactly(new Measurement(1, 2, 3, 4, 5, Map.of("b", 1.0)));
    }

    private Path file(int... steps) throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsFile metrics = MetricsFile.open(file, 0)) {
            for (int step : steps) {
                metrics.append(at(step));
            }
        }
        return file;
    }

    private static Measurement at(int step) {
        return new Measurement(
                step,
                step * 4096L,
                step * 1.5,
                2730.5,
                1e-3,
                Map.of("mask", 2.5, "nextToken", 2.0));
    }
}
