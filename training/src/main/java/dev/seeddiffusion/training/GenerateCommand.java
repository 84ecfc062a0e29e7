package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import dev.seeddiffusion.training.report.CanvasPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes one completion in the terminal. */
@Command(
        name = "generate",
        description = "Completes a prompt in the terminal.",
        footer = {
            "",
            "Examples:",
            "  seed generate \"def is_prime(n):\" --watch",
            "  seed generate \"def add(a, b):\" --decoding autoregressive"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class GenerateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PROMPT", description = "Text to go on from; \\n is a line break.")
    private String prompt = "";

    @Option(
            names = "--model",
            defaultValue = "models/nano",
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path modelFolder = Path.of("");

    @Option(names = "--watch", description = "Show the canvas as it denoises.")
    private boolean watch;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write an SVG of how the output came to be.")
    private @Nullable Path picture;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Most tokens to write; what the context leaves, if not given.")
    private @Nullable Integer maxTokens;

    @Option(names = "--temperature", defaultValue = "0", description = "0 takes the likeliest.")
    private double temperature;

    @Option(names = "--top-p", defaultValue = "1", description = "Share to sample from.")
    private double topP;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds, equal text.")
    private long seed;

    @Option(
            names = "--decoding",
            defaultValue = "diffusion",
            description = "${COMPLETION-CANDIDATES}.")
    private SamplingSettings.Mode decoding = SamplingSettings.Mode.DIFFUSION;

    @Option(names = "--block", paramLabel = "N", description = "Tokens a block.")
    private @Nullable Integer blockTokens;

    @Option(names = "--threshold", description = "Confidence from which a token is placed.")
    private @Nullable Double threshold;

    @Override
    public Integer call() throws IOException {
        try (LoadedModel loaded = LoadedModel.open(modelFolder)) {
            String text = prompt.replace("\\n", "\n");
            int read = loaded.sampler().prompt(text).mostTokens();
            int context = loaded.model().config().contextTokens();
            SamplingSettings settings = settings(loaded, Math.max(1, context - read));
            CanvasPicture canvas = new CanvasPicture(text);
            CanvasView view = new CanvasView(System.out, text);
            try (Generation generation = loaded.sampler().start(text, settings)) {
                while (!generation.isFinished()) {
                    for (SamplingEvent event : generation.step()) {
                        if (watch || !(event instanceof SamplingEvent.Drafted)) {
                            view.show(event);
                        }
                        canvas.add(event);
                    }
                }
            }
            if (picture != null) {
                canvas.write(picture);
            }
        }
        return 0;
    }

    private SamplingSettings settings(LoadedModel loaded, int room) {
        double sure = threshold != null ? threshold : loaded.model().config().threshold();
        return new SamplingSettings(
                decoding,
                maxTokens != null ? maxTokens : room,
                temperature,
                topP,
                seed,
                List.of(),
                blockTokens != null ? blockTokens : loaded.model().config().blockTokens(),
                UnmaskingPolicy.confidenceThreshold(sure),
                watch || picture != null);
    }
}
