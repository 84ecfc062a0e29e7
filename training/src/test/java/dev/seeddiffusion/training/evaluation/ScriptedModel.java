package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * A stand-in for a model that answers by a rule and is always equally sure. Refuses clean tokens
 * that are not the document's, and keeps the canvases that it saw.
 */
final class ScriptedModel implements Transformer {
    static final int MASK = 1;
    private static final int VOCABULARY = 50;
    private static final int CONTEXT_TOKENS = 256;

    private final int[] document;
    private final IntBinaryOperator rule;
    private final float confidence;
    final List<int[]> canvases = new ArrayList<>();

    /** Position of each canvas's first token. */
    final List<Integer> starts = new ArrayList<>();

    /**
     * @param document token ids from position 0; what follows is its last again
     * @param rule clean token and token seen at a position to the one proposed
     */
    ScriptedModel(int[] document, IntBinaryOperator rule, float confidence) {
        this.document = document;
        this.rule = rule;
        this.confidence = confidence;
    }

    @Override
    public ModelConfig config() {
        return new ModelConfig(
                VOCABULARY,
                8,
                1,
                1,
                1,
                8,
                8,
                CONTEXT_TOKENS,
                1e-6,
                10_000,
                true,
                0,
                MASK,
                SamplingDefaults.of(16, 0.9));
    }

    @Override
    public KvCache newCache(int capacityTokens, AttentionBlocks blocks) {
        return new Positions(capacityTokens);
    }

    @Override
    public List<Logits> forward(List<Forward> asked) {
        return asked.stream()
                .map(it -> forward(it.cache(), it.clean(), it.canvas(), it.firstRow()))
                .toList();
    }

    @Override
    public Logits forward(KvCache cache, int[] clean, int[] canvas, int firstRow) {
        Positions positions = (Positions) cache;
        int start = positions.length + clean.length;
        if (!Arrays.equals(clean, Arrays.copyOfRange(document, positions.length, start))
                || firstRow != clean.length
                || start + canvas.length > positions.capacity) {
            throw new AssertionError("Not the document's tokens before position " + start);
        }
        positions.length = start;
        canvases.add(canvas.clone());
        starts.add(start);
        int[] ids =
                IntStream.range(0, canvas.length)
                        .map(i -> rule.applyAsInt(at(start + i), canvas[i]))
                        .toArray();
        float[] confidences = new float[canvas.length];
        Arrays.fill(confidences, confidence);
        return new Scripted(new Choice(ids, confidences));
    }

    private int at(int position) {
        return document[Math.min(position, document.length - 1)];
    }

    @Override
    public void close() {}

    private static final class Positions implements KvCache {
        private final int capacity;
        private int length;

        Positions(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void truncate(int to) {
            length = to;
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public int bytesPerToken() {
            return 1;
        }

        @Override
        public ByteBuffer read(int start, int tokens) {
            return ByteBuffer.allocate(tokens);
        }

        @Override
        public void append(ByteBuffer bytes, int tokens) {
            length += tokens;
        }

        @Override
        public void close() {}
    }

    private record Scripted(Choice likeliest) implements Logits {
        @Override
        public int rows() {
            return likeliest.ids().length;
        }

        @Override
        public Choice sample(double temperature, double topP, float[] uniforms) {
            return likeliest;
        }

        @Override
        public float[] entropies() {
            throw new UnsupportedOperationException("Nothing here asks for entropies.");
        }

        @Override
        public float[] margins() {
            throw new UnsupportedOperationException("Nothing here asks for margins.");
        }

        @Override
        public Logits within(double topP) {
            return this;
        }

        @Override
        public float[] toArray() {
            throw new UnsupportedOperationException("Nothing here asks for all logits.");
        }

        @Override
        public void close() {}
    }
}
