package dev.seeddiffusion.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardTimesFileTest {

    @TempDir private Path folder;
    private int measured;

    private Map<Integer, Double> times(Path where, int... tokens) {
        return new ForwardTimesFile(where)
                .of(
                        "model",
                        tokens,
                        lengths -> {
                            measured++;
                            return Arrays.stream(lengths)
                                    .boxed()
                                    .collect(Collectors.toMap(it -> it, it -> it / 4.0));
                        });
    }

    @Test
    void what_was_measured_once_is_known_at_the_next_start() {
        Path missing = folder.resolve("a/b");

        assertThat(times(missing, 1, 8)).containsExactlyInAnyOrderEntriesOf(Map.of(1, .25, 8, 2.));
        assertThat(times(missing, 1, 8)).isEqualTo(Map.of(1, .25, 8, 2.));
        assertThat(measured).isEqualTo(1);
    }

    @Test
    void a_length_that_is_not_known_is_measured() {
        times(folder, 1, 8);

        assertThat(times(folder, 1, 16)).containsKey(16);
        assertThat(measured).isEqualTo(2);
    }

    @Test
    void a_damaged_file_is_replaced() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"1\": ");

        assertThat(times(folder, 1)).isEqualTo(Map.of(1, .25));
        assertThat(times(folder, 1)).isEqualTo(Map.of(1, .25));
        assertThat(measured).isEqualTo(1);
    }

    @Test
    void without_a_place_to_keep_them_they_are_measured_each_time() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");

        assertThat(times(file, 1)).isEqualTo(Map.of(1, .25));
        assertThat(times(file, 1)).isEqualTo(Map.of(1, .25));
        assertThat(measured).isEqualTo(2);
    }
}
