package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
    @TempDir private Path folder;

    @Test
    void a_model_is_asked_about_blocks_whose_text_is_known() throws IOException {
        Path model = TinyCheckpoint.write(folder);
        Path json = folder.resolve("probe.json");

        assertThat(
                        SeedCommand.run(
                                "probe",
                                "--model=" + model,
                                "--tasks=5",
                                "--block=8",
                                "--json=" + json))
                .isZero();

        JsonObject figures = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(figures.keySet())
                .contains("model", "tasks", "block_tokens", "revise_threshold", "blocks");
        JsonObject calibration = figures.getAsJsonObject("calibration");
        assertThat(calibration.keySet())
                .containsExactly(
                        "tokens", "accuracy", "mean_confidence", "overconfidence", "ece", "points");
        assertThat(calibration.get("tokens").getAsInt()).isPositive();
        assertThat(calibration.getAsJsonArray("points")).isNotEmpty();
        for (String repair : new String[] {"repair", "repair_half_masked"}) {
            assertThat(figures.getAsJsonObject(repair).keySet())
                    .containsExactly(
                            "wrong_tokens", "repaired", "changed", "right_tokens", "spoilt");
            assertThat(figures.getAsJsonObject(repair).get("right_tokens").getAsInt()).isPositive();
        }
    }
}
