package dev.seeddiffusion.diffusion.noise;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Random operations on a text, in sequence: α = 0.1 · t of them a token.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, edit-based forward process: ⌊n · α⌋ operations. Here
 * n · α is rounded up or down by chance, with the right mean, because a block is shorter than a
 * text. The paper does not say which tokens come in: here one of the vocabulary or, as often, one
 * of the text's own. Immutable and thread-safe.
 */
public final class TokenEdits {

    /** α at t = 1. */
    static final double MOST_OPERATIONS_A_TOKEN = 0.1;

    private static final double SHARE_OF_TOKENS_FROM_TEXT = 0.5;

    private final int mask;
    private final int documentEnd;
    private final int vocabulary;
    private final List<EditOperation> operations;

    /**
     * @param mask id of the mask token, never brought in
     * @param documentEnd id of the token that ends a document, never brought in
     * @param vocabulary ids lie below it
     * @param operations to draw from, at least one
     */
    public TokenEdits(int mask, int documentEnd, int vocabulary, Set<EditOperation> operations) {
        this.mask = mask;
        this.documentEnd = documentEnd;
        this.vocabulary = vocabulary;
        this.operations = List.copyOf(EnumSet.copyOf(operations));
    }

    /**
     * @param text token ids, masks allowed; changed in place, length included
     * @param level noise level t, in [0, 1]
     * @param own tokens that the text's own are drawn from, at least one that is no document end
     */
    public void apply(List<Integer> text, double level, int[] own, RandomGenerator random) {
        double mean = text.size() * MOST_OPERATIONS_A_TOKEN * level;
        int count = (int) (mean + random.nextDouble());
        for (int i = 0; i < count; i++) {
            EditOperation operation = operations.get(random.nextInt(operations.size()));
            if (operation == EditOperation.INSERTION) {
                text.add(random.nextInt(text.size() + 1), token(own, random));
            } else if (!text.isEmpty()) {
                int at = random.nextInt(text.size());
                if (operation == EditOperation.DELETION) {
                    text.remove(at);
                } else {
                    text.set(at, token(own, random));
                }
            }
        }
    }

    private int token(int[] own, RandomGenerator random) {
        while (true) {
            int token =
                    random.nextDouble() < SHARE_OF_TOKENS_FROM_TEXT
                            ? own[random.nextInt(own.length)]
                            : random.nextInt(vocabulary);
            if (token != mask && token != documentEnd) {
                return token;
            }
        }
    }
}
