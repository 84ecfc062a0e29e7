package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.stage.Trainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {

    @TempDir private Path folder;
    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        data = TinyData.write(folder.resolve("data"));
    }

    @Test
    void whole_tasks_have_a_file_of_their_own() throws IOException {
        Files.delete(data.resolve(PrepareCommand.TASKS_FILE));

        assertThat(train("whole", "--steps", "2", "--whole")).isEmpty();
        assertThat(Trainer.stepsDone(folder.resolve("whole"))).isEqualTo(2);
        assertThat(train("prompted", "--steps", "2")).contains(PrepareCommand.TASKS_FILE);
    }

    @Test
    void a_run_on_whole_tasks_goes_on_with_no_others() {
        assertThat(train("run", "--steps", "2", "--whole")).isEmpty();

        assertThat(train("run", "--steps", "4", "--resume"))
                .contains("task share 0.85 whole", "task share 0.85,", "use the same");
        assertThat(train("run", "--steps", "4", "--whole", "--resume")).isEmpty();
        assertThat(Trainer.stepsDone(folder.resolve("run"))).isEqualTo(4);
    }

    @Test
    void a_share_beyond_the_whole_is_refused() {
        assertThat(train("run", "--steps", "2", "--full-share", "1.5"))
                .contains("--full-share is 1.5", "[0, 1]");
    }

    @Test
    void an_order_cannot_be_learnt_from_wrong_outputs_alone() {
        assertThat(train("run", "--steps", "2")).isEmpty();
        String from = folder.resolve("run").resolve("checkpoint").toString();

        assertThat(train("order", "--stage", "order", "--from", from, "--sampled-tasks", "2"))
                .contains("No output for 2 tasks is right", "go on --from");
        assertThat(folder.resolve("order").resolve("checkpoint")).doesNotExist();
    }

    /** What it says if it fails; nothing if it does not. */
    private String train(String out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train"));
        if (!List.of(more).contains("--stage")) {
            arguments.addAll(List.of("--stage", "ar"));
        }
        arguments.addAll(List.of(TinyData.SMALL.split("\\s+")));
        arguments.addAll(List.of("--data", data.toString(), "--tokenizer", data.toString()));
        arguments.addAll(List.of("--out", folder.resolve(out).toString()));
        arguments.addAll(List.of(more));
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true));
        try {
            return SeedCommand.run(arguments.toArray(String[]::new)) == 0 ? "" : errors.toString();
        } finally {
            System.setErr(before);
        }
    }
}
