package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir private Path folder;

    @Test
    void every_mode_is_measured_alone_and_beside_others() throws IOException {
        Path model = TinyCheckpoint.write(folder);
        Path json = folder.resolve("bench.json");

        assertThat(
                        SeedCommand.run(
                                "bench",
                                "--model=" + model,
                                "--tasks=4",
                                "--repeats=1",
                                "--streams=1,3",
                                "--busy",
                                "--json=" + json))
                .isZero();

        JsonObject figures = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(figures.keySet())
                .contains(
                        "tokens_per_second",
                        "speedup_vs_autoregressive",
                        "tokens_per_forward",
                        "overhead_share",
                        "forward_ms",
                        "r",
                        "roofline_share");
        for (String mode : new String[] {"diffusion", "autoregressive", "lossless"}) {
            assertThat(number(figures, "tokens_per_second", mode)).isPositive();
            assertThat(number(figures, "overhead_share", mode)).isBetween(0.0, 1.0);
            for (int streams : new int[] {1, 3}) {
                JsonObject of =
                        figures.getAsJsonObject("streams").getAsJsonObject(mode + " x " + streams);
                assertThat(of.get("first_token_ms").getAsDouble()).isPositive();
            }
        }
        assertThat(number(figures, "speedup_vs_autoregressive", "autoregressive")).isOne();
        assertThat(number(figures, "r", "1")).isOne();
        assertThat(figures.getAsJsonObject("forward_ms").keySet()).contains("bf16", "fp32");
        assertThat(figures.get("roofline_share").getAsDouble()).isBetween(0.0, 1.0);
    }

    private static double number(JsonObject figures, String group, String name) {
        return figures.getAsJsonObject(group).get(name).getAsDouble();
    }
}
