package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.file.Path;

/**
 * A checkpoint, ready to write.
 *
 * @param model in bfloat16
 */
record LoadedModel(Transformer model, CodeTokenizer tokenizer, Sampler sampler)
        implements AutoCloseable {

    static LoadedModel open(Path folder) {
        try (CheckpointReader checkpoint = CheckpointReader.open(folder)) {
            Transformer model = TorchScriptTransformer.load(checkpoint, DType.BF16);
            CodeTokenizer tokenizer = CodeTokenizer.open(folder);
            return new LoadedModel(model, tokenizer, new Sampler(model, tokenizer));
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
