package dev.seeddiffusion.diffusion.benchmark;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a step of the sampler consists in, part by part, on the shipped model in bfloat16. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StepBenchmark {

    private static final Path NANO = Path.of("../models/nano");
    private static final int PREFIX = 128;
    private static final int BLOCK = 32;
    private static final int CHUNK = 64;
    private static final int[] NONE = {};
    private static final String TEXT =
            "def total(values):\n    result = 0\n    for value in values:\n        result += value\n";

    private TorchScriptTransformer model;
    private CodeTokenizer tokenizer;
    private KvCache cache;
    private KvCache restored;
    private Logits logits;
    private final float[] uniforms = new float[BLOCK];
    private final int[] masks = new int[BLOCK];

    @Setup(Level.Trial)
    public void open() {
        try (CheckpointReader checkpoint = CheckpointReader.open(NANO)) {
            model = TorchScriptTransformer.load(checkpoint, Precision.BF16);
        }
        tokenizer = CodeTokenizer.open(NANO);
        Arrays.fill(masks, model.config().mask());
        Arrays.fill(uniforms, 0.5f);
        cache = model.newCache(PREFIX + 3 * BLOCK);
        restored = model.newCache(CHUNK);
        int[] prefix = new int[PREFIX];
        Arrays.fill(prefix, model.config().documentEnd());
        model.forward(cache, prefix, NONE, PREFIX - 1).close();
        logits = model.forward(cache, NONE, masks, 0);
    }

    @TearDown(Level.Trial)
    public void close() {
        logits.close();
        restored.close();
        cache.close();
        tokenizer.close();
        model.close();
    }

    @Benchmark
    public int forwardOfOneToken() {
        cache.truncate(PREFIX);
        return rows(new Forward(cache, new int[1], NONE, 0));
    }

    @Benchmark
    public int forwardOfABlock() {
        return rows(new Forward(cache, NONE, masks, 0));
    }

    @Benchmark
    public int forwardOfALosslessStep() {
        cache.truncate(PREFIX);
        return rows(new Forward(cache, new int[1], new int[BLOCK - 1], masks, 0));
    }

    private int rows(Forward asked) {
        try (Logits seen = model.forward(asked)) {
            return seen.rows();
        }
    }

    @Benchmark
    public Choice likeliestTokensOfABlock() {
        return logits.likeliest();
    }

    @Benchmark
    public Choice sampledTokensOfABlock() {
        return logits.sample(0.8, 0.95, uniforms);
    }

    @Benchmark
    public float[] entropiesOfABlock() {
        return logits.entropies();
    }

    @Benchmark
    public int chunkFromTheCacheAndBack() {
        restored.truncate(0);
        restored.append(cache.read(0, CHUNK), CHUNK);
        return restored.length();
    }

    @Benchmark
    public int[] encodeAFunction() {
        return tokenizer.encode(TEXT);
    }
}
