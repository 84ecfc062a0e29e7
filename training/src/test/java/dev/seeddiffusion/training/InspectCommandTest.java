package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {

    @TempDir Path folder;

    @Test
    void tells_what_a_checkpoint_is_and_needs() throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder);

        String told = inspect(checkpoint, 0);

        assertThat(told)
                .contains("Seed Diffusion (Qwen3ForCausalLM)")
                .contains("causal context")
                .contains("memory in bf16")
                .contains("lossless");
    }

    @Test
    void refuses_what_could_not_be_served_for_the_same_reason() throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder);
        Path config = checkpoint.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("Qwen3ForCausalLM", "GptForCausalLM"));

        assertThat(inspect(checkpoint, 1))
                .contains("architectures is [GptForCausalLM], but known are")
                .contains("SDARForCausalLM");
    }

    private static String inspect(Path checkpoint, int exitCode) {
        StringWriter told = new StringWriter();
        CommandLine command =
                new CommandLine(new InspectCommand())
                        .setOut(new PrintWriter(told))
                        .setErr(new PrintWriter(told))
                        .setExecutionExceptionHandler(
                                (e, line, _) -> {
                                    line.getErr().println(e.getMessage());
                                    return 1;
                                });
        assertThat(command.execute(checkpoint.toString())).isEqualTo(exitCode);
        return told.toString();
    }
}
