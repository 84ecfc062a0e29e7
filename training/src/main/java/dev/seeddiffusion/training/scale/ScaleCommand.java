package dev.seeddiffusion.training.scale;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Computes what the platform needs for more requests than one machine has. */
@Command(
        name = "scale",
        description = {
            "Simulates queue, replicas and cache on measured figures, and prints how many replicas and",
            "how much of Redis serve how many requests a day: the tables of docs/scale.md."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class ScaleCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Other arrivals and lengths.")
    private long seed;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ScaleTables.of(seed));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
