package dev.seeddiffusion.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.suite.TaskKind;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskMixtureTest {

    @Test
    void of_twenty_tasks_seven_are_completions_nine_edits_three_holes_and_one_unit_tests() {
        List<TaskKind> kinds = TaskMixture.ALL_KINDS;

        assertThat(kinds).hasSize(20);
        assertThat(Collections.frequency(kinds, TaskKind.COMPLETION)).isEqualTo(7);
        assertThat(Collections.frequency(kinds, TaskKind.EDIT)).isEqualTo(9);
        assertThat(Collections.frequency(kinds, TaskKind.INFILLING)).isEqualTo(3);
        assertThat(Collections.frequency(kinds, TaskKind.UNIT_TEST)).isEqualTo(1);
        assertThat(TaskMixture.CODE).doesNotContain(TaskKind.UNIT_TEST);
    }

    @Test
    void kinds_take_turns_for_ever_and_a_part_is_the_same_as_in_the_whole() throws IOException {
        try (Interpreter interpreter = Interpreters.start()) {
            TaskMixture mixture =
                    new TaskMixture(
                            new TaskGrammar(5, Split.TRAIN, interpreter), TaskMixture.ALL_KINDS);
            List<Example> tasks = mixture.tasks(0, 45);

            assertThat(tasks.subList(38, 45)).isEqualTo(mixture.tasks(38, 7));
            for (int i = 0; i < tasks.size(); i++) {
                assertThat(tasks.get(i).kind()).isEqualTo(TaskMixture.ALL_KINDS.get(i % 20));
            }
            assertThat(tasks).doesNotHaveDuplicates();
        }
    }
}
