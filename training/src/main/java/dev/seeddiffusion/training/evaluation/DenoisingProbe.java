package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.noise.NoiseLevels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a model knows of blocks whose clean text is known, without sampling: whether it is as sure
 * of masked tokens as it is right, and whether it tells wrong tokens from right ones.
 *
 * <p>A block is seen as in sampling: after the clean tokens before it, from the cache, and with
 * masks beyond the end of the text. Nothing there is measured. Source: Seed Diffusion, arXiv
 * 2508.02193, which has edit noise cure the overconfidence in placed tokens; the figures are ours.
 */
public final class DenoisingProbe {
    private static final long SEED = 5;
    private static final double WRONG_SHARE = 0.1;
    private static final double MASKED_SHARE = 0.5;

    private final Transformer model;
    private final int blockTokens;
    private final double reviseThreshold;
    private final int[] substitutes;

    /**
     * A document of which a part is probed.
     *
     * @param tokens clean ids, the document's start and end included
     * @param given how many of the first are only context, at least 1, less than there are tokens
     */
    public record Text(int[] tokens, int given) {}

    /**
     * @param masked confidence in the likeliest tokens of masked positions, mask noise of all
     *     levels
     * @param unmasked revision of whole blocks with a tenth of wrong tokens
     * @param halfMasked the same where half of the tokens are masked, counted are the others
     */
    public record Findings(
            int blocks, Calibration masked, RepairRates unmasked, RepairRates halfMasked) {}

    /**
     * @param blockTokens of a block
     * @param reviseThreshold confidence from which another token replaces a placed one, in (0, 1]
     * @param substitutes ids that wrong tokens are drawn from, at least two, none twice, none
     *     special
     * @throws IllegalArgumentException if a number is out of range
     */
    public DenoisingProbe(
            Transformer model, int blockTokens, double reviseThreshold, int[] substitutes) {
        if (blockTokens < 1 || !(reviseThreshold > 0 && reviseThreshold <= 1)) {
            throw new IllegalArgumentException(
                    "A block has at least one token and a revise threshold is in (0, 1], but they"
                            + " are %d and %s.".formatted(blockTokens, reviseThreshold));
        }
        this.model = model;
        this.blockTokens = blockTokens;
        this.reviseThreshold = reviseThreshold;
        this.substitutes = substitutes.clone();
    }

    /**
     * Equal texts get equal noise, whatever the model.
     *
     * @param texts none longer than the model's context
     */
    public Findings over(List<Text> texts) {
        RandomGenerator random = new SplittableRandom(SEED);
        int blocks =
                texts.stream()
                        .mapToInt(t -> Math.ceilDiv(t.tokens.length - t.given, blockTokens))
                        .sum();
        double[] levels = shuffled(NoiseLevels.spread(blocks, random), random);
        Findings findings =
                new Findings(blocks, new Calibration(), new RepairRates(), new RepairRates());
        int block = 0;
        for (Text text : texts) {
            try (KvCache cache = model.newCache(room(text))) {
                int[] uncommitted = Arrays.copyOf(text.tokens, text.given);
                for (int start = text.given; start < text.tokens.length; start += blockTokens) {
                    int end = Math.min(start + blockTokens, text.tokens.length);
                    int[] clean = Arrays.copyOfRange(text.tokens, start, end);
                    int length = Math.min(blockTokens, model.config().contextTokens() - start);
                    Block probed = new Block(cache, clean, length);
                    probed.calibrate(uncommitted, levels[block++], random, findings.masked);
                    probed.revise(0, random, findings.unmasked);
                    probed.revise(MASKED_SHARE, random, findings.halfMasked);
                    uncommitted = clean;
                }
            }
        }
        return findings;
    }

    private int room(Text text) {
        int inBlocks = Math.ceilDiv(text.tokens.length - text.given, blockTokens) * blockTokens;
        return Math.min(text.given + inBlocks, model.config().contextTokens());
    }

    /** Otherwise the blocks of one text would have much the same level. */
    private static double[] shuffled(double[] levels, RandomGenerator random) {
        for (int i = levels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double level = levels[i];
            levels[i] = levels[j];
            levels[j] = level;
        }
        return levels;
    }

    /**
     * A block to be seen several times.
     *
     * @param cache of what is before it
     * @param clean the block, up to the end of the text
     * @param length the block's, with what is beyond the end
     */
    private final class Block {
        private final KvCache cache;
        private final int[] clean;
        private final int length;

        Block(KvCache cache, int[] clean, int length) {
            this.cache = cache;
            this.clean = clean;
            this.length = length;
        }

        /** Masks at least one token; commits what comes before the block. */
        void calibrate(
                int[] uncommitted, double level, RandomGenerator random, Calibration calibration) {
            int[] canvas = beyondEnd();
            for (int i = 0; i < clean.length; i++) {
                canvas[i] = random.nextDouble() < level ? mask() : clean[i];
            }
            if (IntStream.of(canvas).limit(clean.length).noneMatch(id -> id == mask())) {
                canvas[random.nextInt(clean.length)] = mask();
            }
            Choice choice = look(uncommitted, canvas);
            for (int i = 0; i < clean.length; i++) {
                if (canvas[i] == mask()) {
                    calibration.add(choice.confidences()[i], choice.ids()[i] == clean[i]);
                }
            }
        }

        void revise(double maskedShare, RandomGenerator random, RepairRates rates) {
            int[] canvas = beyondEnd();
            for (int i = 0; i < clean.length; i++) {
                boolean wrong = random.nextDouble() < WRONG_SHARE;
                int placed = wrong ? substitute(clean[i], random) : clean[i];
                canvas[i] = random.nextDouble() < maskedShare ? mask() : placed;
            }
            Choice choice = look(new int[0], canvas);
            for (int i = 0; i < clean.length; i++) {
                if (canvas[i] != mask()) {
                    boolean sure = choice.confidences()[i] >= reviseThreshold;
                    rates.add(clean[i], canvas[i], sure ? choice.ids()[i] : canvas[i]);
                }
            }
        }

        private int[] beyondEnd() {
            int[] canvas = new int[length];
            Arrays.fill(canvas, clean.length, length, mask());
            return canvas;
        }

        private Choice look(int[] uncommitted, int[] canvas) {
            try (Logits logits = model.forward(cache, uncommitted, canvas, uncommitted.length)) {
                return logits.likeliest();
            }
        }
    }

    private int mask() {
        return model.config().mask();
    }

    private int substitute(int clean, RandomGenerator random) {
        int id;
        do {
            id = substitutes[random.nextInt(substitutes.length)];
        } while (id == clean);
        return id;
    }
}
