package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointWriter;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** A random one-layer model with a tokenizer of the nano suite's language. */
final class TinyCheckpoint {
    private static final int WIDTH = 32;
    private static final int CONTEXT_TOKENS = 384;

    private TinyCheckpoint() {}

    /** Writes it to a folder in {@code parent}. */
    static Path write(Path parent) throws IOException {
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        Path file = parent.resolve(CodeTokenizer.FILE);
        new BpeTrainer(500)
                .train(LongStream.range(0, 200).mapToObj(i -> grammar.function(i).code()), file);
        try (CodeTokenizer tokenizer = CodeTokenizer.open(file)) {
            ModelConfig config = config(tokenizer);
            SplittableRandom random = new SplittableRandom(3);
            List<Tensor> tensors = new ArrayList<>();
            for (WeightSlot slot : WeightLayout.of(config)) {
                float[] values = new float[Math.toIntExact(slot.elements())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((slot.isMatrix() ? 0 : 1) + 0.2 * random.nextGaussian());
                }
                tensors.addAll(slot.split(values, DType.F32));
            }
            Path folder = parent.resolve("model");
            CheckpointWriter.write(folder, config, tensors, file);
            return folder;
        }
    }

    private static ModelConfig config(CodeTokenizer tokenizer) {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                WIDTH,
                1,
                1,
                1,
                WIDTH,
                WIDTH,
                CONTEXT_TOKENS,
                1e-6,
                10_000,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(16, 0.9));
    }
}
