package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.diffusion.chat.ChatTemplate;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.LoadProgress;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint in memory, and the one thread that touches it: the model is not thread-safe, and
 * PyTorch keeps a pool of workers for each thread that calls it.
 */
public final class ModelHost implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ModelHost.class);
    private static final long NOT_WORTH_TELLING_NANOS = 1_000_000_000;

    private final ExecutorService device;
    private final Precision precision;
    private final String weightsDigest;
    private final Transformer model;
    private final CodeTokenizer tokenizer;
    private final @Nullable ChatTemplate chatTemplate;
    private final Sampler sampler;
    private final ModelDescription description;

    /** On the device thread. */
    private ModelHost(
            ExecutorService device,
            Path folder,
            String id,
            Precision precision,
            boolean deterministic,
            @Nullable SelfCalibration calibration) {
        this.device = device;
        this.precision = precision;
        this.chatTemplate = ChatTemplate.read(folder).orElse(null);
        try (CheckpointReader checkpoint = CheckpointReader.open(folder)) {
            ModelConfig config = checkpoint.config();
            this.tokenizer = CodeTokenizer.open(folder, config);
            try {
                this.model = TorchScriptTransformer.load(checkpoint, precision, progress(id));
                // All weights are read for it: not for a model whose keys and values nobody keeps.
                this.weightsDigest = config.family().keepsPrefixes() ? checkpoint.digest() : "";
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
        ModelConfig config = model.config();
        SelfCalibration.Result calibrated =
                calibration == null || weightsDigest.isEmpty()
                        ? new SelfCalibration.Result(config.sampling(), null)
                        : calibration.calibrate(folder, model, measuredName());
        SamplingDefaults defaults = calibrated.defaults();
        this.sampler = new Sampler(model, tokenizer, defaults);
        this.description =
                new ModelDescription(
                        id,
                        config.contextTokens(),
                        config.parameters(),
                        defaults.blockTokens(),
                        defaults.threshold(),
                        decoding(defaults.decoding()),
                        calibrated.speedUp(),
                        deterministic);
    }

    /**
     * @param folder of the checkpoint; not read any more afterwards
     * @param id the name that requests carry
     * @throws java.util.concurrent.CompletionException whose cause is a {@link CheckpointException}
     *     if the checkpoint cannot be used
     */
    public static ModelHost load(Path folder, String id, Precision precision) {
        return load(folder, id, precision, false, null);
    }

    /**
     * @param deterministic whether each generation is to have forwards of its own
     * @param calibration chooses how it writes; null for as config.json says
     */
    static ModelHost load(
            Path folder,
            String id,
            Precision precision,
            boolean deterministic,
            @Nullable SelfCalibration calibration) {
        ExecutorService device =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().name("device").factory());
        try {
            return CompletableFuture.supplyAsync(
                            () ->
                                    new ModelHost(
                                            device,
                                            folder,
                                            id,
                                            precision,
                                            deterministic,
                                            calibration),
                            device)
                    .join();
        } catch (RuntimeException e) {
            device.shutdown();
            throw e;
        }
    }

    /** Tells every tenth of the way, if that takes long. */
    private static LoadProgress progress(String id) {
        long[] told = {0, System.nanoTime()};
        return (bytes, total) -> {
            long tenth = 10 * bytes / Math.max(1, total);
            if (tenth > told[0] && System.nanoTime() - told[1] > NOT_WORTH_TELLING_NANOS) {
                log.info("Loading {}: {} % of {} MB.", id, 10 * tenth, total >> 20);
            }
            told[0] = tenth;
        };
    }

    /** Another model, type, or number of processors has forwards of another time. */
    private String measuredName() {
        return "%s-%s-%d"
                .formatted(
                        weightsDigest,
                        precision.name().toLowerCase(Locale.ROOT),
                        Runtime.getRuntime().availableProcessors());
    }

    private static Decoding decoding(DecodingMode mode) {
        return switch (mode) {
            case DIFFUSION -> Decoding.DIFFUSION;
            case AUTOREGRESSIVE -> Decoding.AUTOREGRESSIVE;
            case LOSSLESS -> Decoding.LOSSLESS;
        };
    }

    /** Runs what touches the model, one thing after the other. */
    public Executor device() {
        return device;
    }

    /** Begins generations; those step on the {@link #device} only. */
    public Sampler sampler() {
        return sampler;
    }

    /** What frames a conversation; null if the model was not taught to converse. */
    public @Nullable ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /** To be called on the {@link #device} only. */
    public Transformer model() {
        return model;
    }

    /** What clients may know of the model. */
    public ModelDescription description() {
        return description;
    }

    public ModelConfig config() {
        return model.config();
    }

    /** What matrices are kept in, and what is computed in. */
    public Precision precision() {
        return precision;
    }

    /** As {@link CheckpointReader#digest}; empty if the model's keys and values are not shared. */
    public String weightsDigest() {
        return weightsDigest;
    }

    /** As {@link CodeTokenizer#digest}. */
    public String tokenizerDigest() {
        return tokenizer.digest();
    }

    /** Ends the thread and frees the model; nothing may be generating any more. */
    @Override
    public void close() {
        device.execute(
                () -> {
                    tokenizer.close();
                    model.close();
                });
        device.close();
    }
}
