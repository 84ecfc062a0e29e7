package dev.seeddiffusion.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.inference.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHostTest {

    @TempDir private Path folder;

    private record Served(ModelDescription model, DecodingMode mode, int blockTokens) {}

    /** Two starts: the second finds the times of the first. */
    private Served servedAfter(double losslessTokensPerForward) throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder);
        Files.writeString(
                checkpoint.resolve(Frontier.FILE),
                """
                {"model": "tiny", "rows": [
                  {"mode": "lossless", "block_tokens": 12, "pass_at_1": 0.9, "tokens_per_forward": %s},
                  {"mode": "autoregressive", "model": "tiny", "pass_at_1": 0.9, "tokens_per_forward": 1}
                ]}
                """
                        .formatted(losslessTokensPerForward));
        Path times = folder.resolve("times");
        SelfCalibration calibration = new SelfCalibration(new ForwardTimesFile(times));
        Served served = null;
        for (int start = 0; start < 2; start++) {
            try (ModelHost host =
                    ModelHost.load(checkpoint, "tiny", Precision.F32, false, calibration)) {
                served =
                        new Served(
                                host.description(),
                                host.sampler().decoding(),
                                host.sampler().denoising().blockTokens());
            }
            try (var files = Files.list(times)) {
                assertThat(files).hasSize(1);
            }
        }
        return served;
    }

    @Test
    void a_setting_that_is_faster_here_is_the_default() throws IOException {
        Served served = servedAfter(1000);

        assertThat(served.mode).isEqualTo(DecodingMode.LOSSLESS);
        assertThat(served.blockTokens).isEqualTo(12);
        assertThat(served.model.decoding()).isEqualTo(Decoding.LOSSLESS);
        assertThat(served.model.blockTokens()).isEqualTo(12);
        assertThat(served.model.expectedSpeedUp()).isGreaterThan(1);
    }

    @Test
    void where_blocks_do_not_pay_it_writes_one_token_at_a_time_and_says_so() throws IOException {
        Served served = servedAfter(0.001);

        assertThat(served.mode).isEqualTo(DecodingMode.AUTOREGRESSIVE);
        assertThat(served.model.decoding()).isEqualTo(Decoding.AUTOREGRESSIVE);
        assertThat(served.model.expectedSpeedUp()).isEqualTo(1);
    }
}
