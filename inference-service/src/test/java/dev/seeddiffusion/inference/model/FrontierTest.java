package dev.seeddiffusion.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontierTest {

    private static final SamplingDefaults CHECKPOINT =
            new SamplingDefaults(DecodingMode.DIFFUSION, 16, 0.9, 0.95, false);

    @TempDir private Path folder;

    @BeforeEach
    void measuredOnce() throws IOException {
        Files.writeString(
                folder.resolve(Frontier.FILE),
                """
                {
                  "model": "models/small", "suite": "nano", "r": {"1": 1.0},
                  "rows": [
                    {"mode": "diffusion", "block_tokens": 8, "threshold": 0.8, "pass_at_1": 0.90, "tokens_per_forward": 5, "S": 9.9},
                    {"mode": "diffusion", "block_tokens": 64, "threshold": 0.3, "pass_at_1": 0.50, "tokens_per_forward": 40},
                    {"mode": "lossless", "block_tokens": 32, "pass_at_1": 0.91, "tokens_per_forward": 8},
                    {"mode": "autoregressive", "model": "models/small", "pass_at_1": 0.91, "tokens_per_forward": 1},
                    {"mode": "autoregressive", "model": "models/other", "pass_at_1": 0.99, "tokens_per_forward": 1}
                  ]
                }
                """);
    }

    private SamplingDefaults chosen(Map<Integer, Double> millis) {
        return Frontier.read(folder).orElseThrow().fastest(millis).orElseThrow().over(CHECKPOINT);
    }

    @Test
    void every_setting_asks_for_the_time_of_its_forwards() {
        assertThat(Frontier.read(folder).orElseThrow().forwardTokens()).containsExactly(1, 8, 64);
    }

    @Test
    void the_fastest_setting_of_unchanged_quality_is_chosen() {
        // S = 5 / 1.5 and 8 / 2, and 40 / 2 at half the quality
        assertThat(chosen(Map.of(1, 2.0, 8, 3.0, 64, 4.0)))
                .isEqualTo(new SamplingDefaults(DecodingMode.LOSSLESS, 32, 0.9, 0.95, false));
    }

    @Test
    void where_long_forwards_are_slower_shorter_blocks_win() {
        // S = 5 / 1.5 and 8 / 4
        assertThat(chosen(Map.of(1, 2.0, 8, 3.0, 64, 8.0)))
                .isEqualTo(new SamplingDefaults(DecodingMode.DIFFUSION, 8, 0.8, 0.95, false));
    }

    @Test
    void where_nothing_is_faster_one_token_at_a_time_is_written() {
        // S = 5 / 6 and 8 / 10
        Frontier.Row row =
                Frontier.read(folder)
                        .orElseThrow()
                        .fastest(Map.of(1, 2.0, 8, 12.0, 64, 20.0))
                        .orElseThrow();

        assertThat(row.over(CHECKPOINT).decoding()).isEqualTo(DecodingMode.AUTOREGRESSIVE);
        assertThat(row.speedUp(Map.of(1, 2.0))).isEqualTo(1);
    }

    @Test
    void without_a_measured_quality_nothing_is_chosen() throws IOException {
        Files.writeString(
                folder.resolve(Frontier.FILE),
                """
                {"model": "a", "rows": [{"mode": "lossless", "block_tokens": 8, "pass_at_1": 1, "tokens_per_forward": 8}]}
                """);

        assertThat(Frontier.read(folder).orElseThrow().fastest(Map.of(1, 1.0, 16, 1.0))).isEmpty();
    }

    @Test
    void a_damaged_file_is_named() throws IOException {
        Files.writeString(folder.resolve(Frontier.FILE), "{\"model\": \"a\", \"rows\": [{");

        assertThatThrownBy(() -> Frontier.read(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(Frontier.FILE)
                .hasMessageContaining("remove it");
    }

    @Test
    void a_checkpoint_need_not_have_one() throws IOException {
        Files.delete(folder.resolve(Frontier.FILE));

        assertThat(Frontier.read(folder)).isEmpty();
    }
}
