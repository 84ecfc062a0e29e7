package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.stage.Trainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training process that is killed as {@code kill -9} does, in the middle of its work. */
class KilledRunTest {

    private static final int STEPS = 100;
    private static final int SAVED_BEFORE_IT_IS_KILLED = 5;
    private static final int KILLED = 128 + 9;

    @TempDir private Path folder;

    @Test
    void it_goes_on_to_the_checkpoint_of_an_undisturbed_one() throws Exception {
        Path data = TinyData.write(folder.resolve("data"));
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");

        startAndKill(data, killed);
        assertThat(Trainer.stepsDone(killed)).isBetween(SAVED_BEFORE_IT_IS_KILLED, STEPS - 1);
        assertThat(run(data, killed, "--resume")).isZero();
        assertThat(run(data, whole)).isZero();

        assertThat(Trainer.stepsDone(killed)).isEqualTo(STEPS);
        assertThat(killed.resolve("checkpoint/model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("checkpoint/model.safetensors"));
    }

    private static void startAndKill(Path data, Path out) throws Exception {
        Files.createDirectories(out);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(SeedCommand.class.getName());
        command.addAll(List.of(arguments(data, out)));
        try (WatchService watch = out.getFileSystem().newWatchService()) {
            out.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            Process training =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(out.resolveSibling("killed.log").toFile())
                            .start();
            try {
                awaitSaves(watch, training, out.resolveSibling("killed.log"));
            } finally {
                training.destroyForcibly();
            }
            assertThat(training.waitFor()).isEqualTo(KILLED);
        }
    }

    /** A state appears under its name anew each time that it is saved. */
    private static void awaitSaves(WatchService watch, Process training, Path log)
            throws IOException, InterruptedException {
        int saved = 0;
        while (saved < SAVED_BEFORE_IT_IS_KILLED) {
            WatchKey key = watch.poll(60, TimeUnit.SECONDS);
            assertThat(key).as(() -> "a run at work, but: " + read(log)).isNotNull();
            for (WatchEvent<?> event : key.pollEvents()) {
                saved += event.context().toString().equals("state.safetensors") ? 1 : 0;
            }
            key.reset();
        }
        assertThat(training.isAlive()).isTrue();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int run(Path data, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of(arguments(data, out)));
        arguments.addAll(List.of(more));
        return SeedCommand.run(arguments.toArray(String[]::new));
    }

    private static String[] arguments(Path data, Path out) {
        return ("train --stage edit --steps %d --checkpoint-every PT0S --data %s --tokenizer %s"
                        + " --out %s "
                        + TinyData.SMALL.replace('\n', ' '))
                .formatted(STEPS, data, data, out)
                .strip()
                .split("\\s+");
    }
}
