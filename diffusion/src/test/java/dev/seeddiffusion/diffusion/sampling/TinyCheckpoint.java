package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointWriter;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A random two-layer model with a tokenizer of its own, written to a folder and read back. */
final class TinyCheckpoint {

    static final String SOURCE =
            """
            def is_prime(n):
                \"""Return True if n is a prime number.\"""
                if n < 2:
                    return False
                for i in range(2, int(n ** 0.5) + 1):
                    if n % i == 0:
                        return False
                return True
            """;

    private TinyCheckpoint() {}

    static CodeTokenizer tokenizer(Path folder) throws IOException {
        Path file = folder.resolve(CodeTokenizer.FILE);
        new BpeTrainer(320).train(Stream.of(SOURCE, SOURCE), file);
        return CodeTokenizer.open(file);
    }

    static ModelConfig config(CodeTokenizer tokenizer) {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                64,
                2,
                2,
                2,
                32,
                96,
                256,
                1e-6,
                10_000,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(16, 0.9));
    }

    static TorchScriptTransformer model(Path folder, CodeTokenizer tokenizer) throws IOException {
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
        Path checkpoint = folder.resolve("checkpoint");
        CheckpointWriter.write(checkpoint, config, tensors, folder.resolve(CodeTokenizer.FILE));
        try (CheckpointReader reader = CheckpointReader.open(checkpoint)) {
            return TorchScriptTransformer.load(reader, Precision.F32);
        }
    }
}
