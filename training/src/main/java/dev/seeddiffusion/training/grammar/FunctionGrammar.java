package dev.seeddiffusion.training.grammar;

import java.util.List;
import java.util.Random;

/**
 * An endless supply of small, correct, self-contained Python functions with docstrings: well-known
 * ones ({@code classics.txt}) and compositions of a source, filters, a map and a reduction ({@code
 * pipelines.txt}), with varied names, phrasings, implementations and styles.
 *
 * <p>Function {@code i} depends on the seed and {@code i} alone. Immutable and thread-safe.
 */
public final class FunctionGrammar {
    private static final double SHARE_OF_CLASSICS = 0.5;

    private final List<Classic> classics = Classic.all();
    private final PipelineGrammar pipelines = PipelineGrammar.load();
    private final long seed;

    /**
     * @param seed equal seeds give equal functions
     */
    public FunctionGrammar(long seed) {
        this.seed = seed;
    }

    /**
     * @param index any number; different ones give, mostly, different functions
     */
    public GeneratedFunction function(long index) {
        Random random = new Random(scramble(seed + scramble(index)));
        if (random.nextDouble() < SHARE_OF_CLASSICS) {
            return classics.get(random.nextInt(classics.size())).write(random);
        }
        return pipelines.pipeline(random).write(random);
    }

    /** Spreads neighbouring numbers, as Random's first values follow its seed too closely. */
    private static long scramble(long value) {
        long z = value * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 32);
    }
}
