package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.training.corpus.CorpusException;
import dev.seeddiffusion.training.data.TokenFileException;
import dev.seeddiffusion.training.scale.ScaleCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry: each subcommand is one step of the recipe. */
@Command(
        name = "seed",
        description = "Trains a diffusion language model for code, step by step.",
        subcommands = {
            TokenizerCommand.class,
            PrepareCommand.class,
            TrainCommand.class,
            InspectCommand.class,
            GenerateCommand.class,
            EvalCommand.class,
            DistillCommand.class,
            BenchCommand.class,
            FrontierCommand.class,
            ProbeCommand.class,
            ScaleCommand.class
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SeedCommand {
    private SeedCommand() {}

    /** Exits with 0, with 1 if the work failed, or with 2 if the arguments are wrong. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new SeedCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(SeedCommand::report)
                .execute(arguments);
    }

    /** What a user can mend is told in one line; anything else is a bug and keeps its trace. */
    private static int report(Exception e, CommandLine command, CommandLine.ParseResult arguments)
            throws Exception {
        String message =
                switch (e) {
                    case CorpusException _, TokenFileException _, CheckpointException _ ->
                            e.getMessage();
                    case IllegalArgumentException _ -> e.getMessage();
                    case IOException _ -> e.toString();
                    default -> throw e;
                };
        command.getErr().println(command.getColorScheme().errorText(message));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
