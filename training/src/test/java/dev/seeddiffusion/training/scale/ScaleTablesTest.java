package dev.seeddiffusion.training.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScaleTablesTest {

    @Test
    void the_documentation_shows_what_the_command_prints() {
        assertThat(Path.of("../docs/scale.md"))
                .content()
                .as("./seed scale prints the tables of docs/scale.md")
                .contains(ScaleTables.of(1));
    }
}
