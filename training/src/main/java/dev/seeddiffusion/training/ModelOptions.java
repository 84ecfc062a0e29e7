package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which checkpoint writes, and how its blocks are denoised. */
final class ModelOptions {

    @Option(
            names = "--model",
            defaultValue = "models/nano",
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path folder = Path.of("");

    @Option(
            names = "--block",
            paramLabel = "N",
            description = "Tokens denoised together; the checkpoint's default, if not given.")
    private @Nullable Integer blockTokens;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            description =
                    "Confidence from which a token is placed; the checkpoint's default, if not given.")
    private @Nullable Double threshold;

    Path folder() {
        return folder;
    }

    LoadedModel load() {
        try (CheckpointReader checkpoint = CheckpointReader.open(folder)) {
            Transformer model = TorchScriptTransformer.load(checkpoint, DType.BF16);
            CodeTokenizer tokenizer = CodeTokenizer.open(folder);
            return new LoadedModel(
                    model,
                    tokenizer,
                    new Sampler(model, tokenizer),
                    blockTokens != null ? blockTokens : model.config().blockTokens(),
                    threshold != null ? threshold : model.config().threshold());
        }
    }
}
