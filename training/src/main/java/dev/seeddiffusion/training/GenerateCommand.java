package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.training.report.CanvasPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private static final int MOST_UNASKED = 1024;

    @Parameters(paramLabel = "PROMPT", description = "Text to go on from; \\n is a line break.")
    private String prompt = "";

    @Option(
            names = "--chat",
            description = "The prompt is what a user says; the model's chat template frames it.")
    private boolean chat;

    @Mixin private ModelOptions modelOptions = new ModelOptions();

    @Mixin private SamplingOptions sampling = new SamplingOptions();

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
            description =
                    "Most tokens to write; what the context leaves, at most 1024, if not given.")
    private @Nullable Integer maxTokens;

    @Override
    public Integer call() throws IOException {
        try (LoadedModel loaded = modelOptions.load()) {
            String text = prompt.replace("\\n", "\n");
            Prompt read = chat ? loaded.conversation(text) : loaded.sampler().prompt(text);
            int most = maxTokens != null ? maxTokens : Math.min(MOST_UNASKED, loaded.room(read));
            boolean drafts = watch || picture != null;
            SamplingSettings settings = sampling.settings(loaded, most, 0, drafts);
            CanvasPicture canvas = new CanvasPicture(text);
            CanvasView view = new CanvasView(System.out, text);
            Sampler sampler = loaded.sampler();
            try (Generation generation =
                    sampler.start(read, settings, sampler.cacheFor(read, settings))) {
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
}
