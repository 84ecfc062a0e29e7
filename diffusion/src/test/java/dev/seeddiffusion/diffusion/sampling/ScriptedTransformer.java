package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A stand-in for a model that has learned one document by heart: it proposes, at every position,
 * the token that the document has there, as confidently as the test says, unless the test lets it
 * err. Refuses to read on from what the document does not say. Counts its forwards.
 */
final class ScriptedTransformer implements Transformer {

    private final ModelConfig config;
    private final int[] document;
    private final Confidence confidence;
    private Error error = (_, _, right) -> right;
    final List<String> calls = new ArrayList<>();

    /** How sure the model is of a position's token, given the canvas that it sees. */
    interface Confidence {
        float at(int position, int masksBefore);
    }

    /** What the model proposes at a position of its canvas, where another token is right. */
    interface Error {
        int instead(int position, int masks, int right);
    }

    /** Knows a text as a document. */
    static ScriptedTransformer knowing(
            String text, CodeTokenizer tokenizer, Confidence confidence) {
        int[] end = {tokenizer.documentEnd()};
        int[] document =
                Stream.of(end, tokenizer.encode(text), end).flatMapToInt(IntStream::of).toArray();
        return new ScriptedTransformer(TinyCheckpoint.config(tokenizer), document, confidence);
    }

    /** Errs from now on. */
    ScriptedTransformer erring(Error how) {
        error = how;
        return this;
    }

    /** All that it knows, from position 0. */
    int[] document() {
        return document.clone();
    }

    /**
     * @param document token ids from position 0; what follows it is its last token again
     */
    ScriptedTransformer(ModelConfig config, int[] document, Confidence confidence) {
        this.config = config;
        this.document = document;
        this.confidence = confidence;
    }

    @Override
    public ModelConfig config() {
        return config;
    }

    @Override
    public KvCache newCache(int capacityTokens, AttentionBlocks blocks) {
        return new Positions(capacityTokens);
    }

    @Override
    public List<Logits> forward(List<Forward> asked) {
        return asked.stream().map(this::logits).toList();
    }

    private Logits logits(Forward asked) {
        int[] canvas = asked.canvas();
        int clean = asked.clean().length;
        int causal = asked.causalRows();
        Positions positions = (Positions) asked.cache();
        calls.add(causal + "+" + canvas.length);
        int start = positions.length;
        for (int i = 0; i < clean; i++) {
            if (asked.clean()[i] != at(start + i)) {
                throw new AssertionError(
                        "Position %d was read as %d, not %d."
                                .formatted(start + i, asked.clean()[i], at(start + i)));
            }
        }
        positions.length += causal;
        int rows = asked.rows() - asked.firstRow();
        int[] ids = new int[rows];
        float[] confidences = new float[rows];
        int masks = 0;
        for (int i = 0; i < rows; i++) {
            int row = asked.firstRow() + i;
            boolean isCausal = row < causal;
            // A clean token's row predicts the token after it, a canvas row its own.
            int position = start + (isCausal ? row + 1 : clean + row - causal);
            int right = at(position);
            ids[i] = isCausal ? right : error.instead(position, masks(canvas), right);
            confidences[i] = confidence.at(position, masks);
            masks += !isCausal && canvas[row - causal] == config.mask() ? 1 : 0;
        }
        return new Scripted(new Choice(ids, confidences), config.vocabulary());
    }

    private int masks(int[] canvas) {
        return (int) IntStream.of(canvas).filter(id -> id == config.mask()).count();
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

    private record Scripted(Choice choice, int vocabulary) implements Logits {
        @Override
        public int rows() {
            return choice.ids().length;
        }

        @Override
        public Choice likeliest() {
            return choice;
        }

        @Override
        public Choice sample(double temperature, double topP, float[] uniforms) {
            return choice;
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
            float[] logits = new float[rows() * vocabulary];
            Arrays.fill(logits, -10);
            for (int row = 0; row < rows(); row++) {
                logits[row * vocabulary + choice.ids()[row]] = 10;
            }
            return logits;
        }

        @Override
        public void close() {}
    }
}
