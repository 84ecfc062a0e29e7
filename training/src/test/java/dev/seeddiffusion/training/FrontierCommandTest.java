package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontierCommandTest {
    @TempDir private Path folder;

    @Test
    void a_model_is_measured_in_each_way_and_one_token_at_a_time() throws IOException {
        Path model = TinyCheckpoint.write(folder);
        Path json = folder.resolve("frontier.json");
        Path plot = folder.resolve("frontier.svg");

        int exit =
                SeedCommand.run(
                        "frontier",
                        "--model=" + model,
                        "--baseline=" + model,
                        "--blocks=4,8",
                        "--thresholds=1,0.0001", // one token a step; all of a block
                        "--revise=0.9",
                        "--tasks=2",
                        "--kinds=completion",
                        "--from-tokens=1",
                        "--json=" + json,
                        "--plot=" + plot);

        assertThat(exit).isZero();
        JsonObject figures = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(figures.keySet())
                .contains("model", "kinds", "revise_threshold", "from_tokens", "forward_ms", "r");
        JsonArray rows = figures.getAsJsonArray("rows");
        assertThat(rows.asList())
                .extracting(
                        row ->
                                text(row, "mode")
                                        + text(row, "block_tokens")
                                        + text(row, "threshold"))
                .containsExactly(
                        "diffusion41.0",
                        "diffusion41.0E-4",
                        "diffusion81.0",
                        "diffusion81.0E-4",
                        "lossless4",
                        "lossless8",
                        "autoregressive",
                        "autoregressive");
        for (JsonElement row : rows) {
            assertThat(row.getAsJsonObject().keySet())
                    .contains(
                            "tasks",
                            "pass_at_1",
                            "ci95",
                            "tokens_per_forward",
                            "tokens_per_second",
                            "S",
                            "long_outputs");
            assertThat(number(row, "tasks")).isEqualTo(2);
            assertThat(number(row.getAsJsonObject().get("long_outputs"), "tasks")).isEqualTo(2);
        }
        double ratio = number(figures.get("r"), "8");
        JsonElement wholeBlocks = rows.get(3);
        assertThat(number(wholeBlocks, "tokens_per_forward"))
                .isGreaterThan(4 * number(rows.get(2), "tokens_per_forward"));
        assertThat(number(wholeBlocks, "S"))
                .isCloseTo(number(wholeBlocks, "tokens_per_forward") / ratio, within(0.01));
        assertThat(number(rows.get(6), "S")).isCloseTo(1, within(0.1));
        assertThat(number(rows.get(7), "tokens_per_forward"))
                .isEqualTo(number(rows.get(6), "tokens_per_forward"));
        assertThat(Files.readString(plot))
                .contains("blocks of 4", "blocks of 8", "lossless", "one by one, baseline");
    }

    @Test
    void an_impossible_threshold_is_told_before_the_work_begins() throws IOException {
        Path model = TinyCheckpoint.write(folder);

        assertThat(SeedCommand.run("frontier", "--model=" + model, "--thresholds=0.9,1.5"))
                .isEqualTo(1);
    }

    private static String text(JsonElement row, String name) {
        JsonElement value = row.getAsJsonObject().get(name);
        return value == null ? "" : value.getAsString();
    }

    private static double number(JsonElement row, String name) {
        return row.getAsJsonObject().get(name).getAsDouble();
    }
}
