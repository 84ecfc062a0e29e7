package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointWriter;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A random one-layer model on real PyTorch. */
public final class TinyModel {

    private static final int WIDTH = 32;

    private TinyModel() {}

    /** Writes its checkpoint to a folder that holds the tokenizer's file, and loads that. */
    public static Transformer random(Path folder, CodeTokenizer tokenizer, int contextTokens)
            throws IOException {
        ModelConfig config =
                new ModelConfig(
                        tokenizer.vocabularySize(),
                        WIDTH,
                        1,
                        2,
                        1,
                        16,
                        48,
                        contextTokens,
                        1e-6,
                        10_000,
                        true,
                        tokenizer.documentEnd(),
                        tokenizer.mask(),
                        SamplingDefaults.of(16, 0.9));
        SplittableRandom random = new SplittableRandom(3);
        List<Tensor> tensors = new ArrayList<>();
        for (WeightSlot slot : WeightLayout.of(config)) {
            float[] values = new float[Math.toIntExact(slot.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((slot.isMatrix() ? 0 : 1) + 0.2 * random.nextGaussian());
            }
            if (slot.parts().getFirst().name().contains("embed")) {
                for (int i = 0; i < WIDTH; i++) {
                    values[WIDTH * tokenizer.documentEnd() + i] *= -3; // so that outputs end
                }
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
