package dev.seeddiffusion.inference;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointWriter;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A real checkpoint of a random two-layer model. It writes nonsense, always the same, and never
 * ends a text by itself.
 */
public final class TinyCheckpoint {

    public static final int CONTEXT_TOKENS = 512;
    public static final int BLOCK_TOKENS = 8;

    /** Python of more than 130 tokens: two full chunks and more. */
    public static final String LONG_PROMPT =
            """
            def mean(values):
                total = 0
                for value in values:
                    total = total + value
                return total / len(values)


            def longest(words):
                best = ""
                for word in words:
                    if len(word) > len(best):
                        best = word
                return best


            """;

    private static final double DEVIATION = 0.2;

    private TinyCheckpoint() {}

    /**
     * @param parent where a folder named {@code tiny} is made
     * @return that folder
     */
    public static Path write(Path parent) throws IOException {
        Path tokenizerFile = Files.createTempFile(parent, "tokenizer", ".json");
        // Few merges, so that a short text has many tokens.
        new BpeTrainer(270).train(Stream.of(LONG_PROMPT, LONG_PROMPT), tokenizerFile);
        ModelConfig config;
        try (CodeTokenizer tokenizer = CodeTokenizer.open(tokenizerFile)) {
            config = config(tokenizer);
        }
        Path folder = parent.resolve("tiny");
        CheckpointWriter.write(folder, config, weights(config), tokenizerFile);
        return folder;
    }

    private static ModelConfig config(CodeTokenizer tokenizer) {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                64,
                2,
                4,
                2,
                16,
                96,
                CONTEXT_TOKENS,
                1e-6,
                10_000,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(BLOCK_TOKENS, 0.9));
    }

    private static List<Tensor> weights(ModelConfig config) {
        SplittableRandom random = new SplittableRandom(7);
        List<Tensor> tensors = new ArrayList<>();
        for (WeightSlot slot : WeightLayout.of(config)) {
            float[] values = new float[Math.toIntExact(slot.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((slot.isMatrix() ? 0 : 1) + DEVIATION * random.nextGaussian());
            }
            if (tensors.isEmpty()) {
                // The embedding, which is the head too: a logit of 0 is never the greatest.
                int end = config.documentEnd() * config.hiddenWidth();
                Arrays.fill(values, end, end + config.hiddenWidth(), 0);
            }
            tensors.addAll(slot.split(values, DType.F32));
        }
        return tensors;
    }
}
