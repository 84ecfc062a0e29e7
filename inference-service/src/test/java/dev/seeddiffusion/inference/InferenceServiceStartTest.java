package dev.seeddiffusion.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class InferenceServiceStartTest {

    @TempDir private Path folder;

    @Test
    void without_a_model_it_says_which_setting_is_missing(CapturedOutput output) {
        assertThatThrownBy(InferenceServiceStartTest::start);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("inference.model names no checkpoint")
                .doesNotContain("\tat ");
    }

    @Test
    void with_a_folder_that_is_not_there_it_names_the_file(CapturedOutput output) {
        assertThatThrownBy(() -> start("--inference.model=" + folder.resolve("absent")));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains(folder.resolve("absent").toString())
                .contains("Let inference.model name the directory of a checkpoint")
                .doesNotContain("\tat ");
    }

    @Test
    void with_a_damaged_checkpoint_it_names_the_file_and_leaves_no_thread(CapturedOutput output)
            throws IOException, InterruptedException {
        Path checkpoint = TinyCheckpoint.write(folder);
        Files.write(checkpoint.resolve("model.safetensors"), new byte[100]);

        assertThatThrownBy(() -> start("--inference.model=" + checkpoint));

        assertThat(output).contains("model.safetensors");
        Waiting.until(
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().equals("device")));
    }

    @Test
    void with_a_drain_that_outlasts_the_shutdown_it_names_both_settings(CapturedOutput output) {
        assertThatThrownBy(
                () ->
                        start(
                                "--inference.model=" + TinyCheckpoint.write(folder),
                                "--inference.drain-deadline=30s"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("inference.drain-deadline")
                .contains("spring.lifecycle.timeout-per-shutdown-phase");
    }

    private static void start(String... settings) {
        SpringApplication.run(InferenceServiceApplication.class, settings).close();
    }
}
