package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.AttentionPattern;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.ModelFamily;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.TokenHealing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One output being written. Each step is one forward of the model, so that many generations can
 * share a forward, and each can be dropped between two steps: {@link #next} says what to look at,
 * {@link #accept} takes what was seen.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, block-parallel sampling: blocks in causal order, the
 * keys and values of finished blocks kept. A finished block is committed by the forward that begins
 * the next, so committing costs no forward of its own; the prompt's end is read by the first
 * forward in the same way. Not thread-safe.
 */
public final class Generation implements AutoCloseable {

    /**
     * Tokens of a prompt that one forward reads at most, unless a single block of block-causal
     * context is longer; a longer prompt is read piece by piece, a step each. With a cache that
     * begins empty or holds a multiple of it, every piece is the same computation, to the last bit,
     * whether what is before it was computed here or brought along.
     */
    public static final int PROMPT_PIECE_TOKENS = 64;

    private final Transformer model;
    private final Sequence sequence;
    private final @Nullable TrajectoryRecorder recorder;
    private final TailWriter tail;
    private final Writer output;
    private final int pieceTokens;
    private final List<SamplingEvent> begun = new ArrayList<>();

    /** Whether the forward in question reads a piece of the prompt and nothing else. */
    private boolean reading;

    Generation(
            Transformer model,
            CodeTokenizer tokenizer,
            TokenHealing healing,
            Prompt prompt,
            SamplingSettings settings,
            KvCache cache,
            int[] given,
            Resume resume) {
        this.model = model;
        ModelFamily family = model.config().family();
        int block = AttentionBlocks.of(model.config(), settings.denoising().blockTokens()).tokens();
        this.pieceTokens = Math.max(1, PROMPT_PIECE_TOKENS / block) * block;
        int[] known = resume.after(prompt.tokens());
        int kept = family.keepsPrefixes() ? known.length - known.length % block : 0;
        this.sequence = new Sequence(prompt, settings, cache, tokenizer, resume, kept);
        this.recorder = settings.recorded() ? new TrajectoryRecorder(prompt.tokens()) : null;
        int[] text = Arrays.copyOfRange(prompt.tokens(), 1, prompt.tokens().length);
        BlockStart start = new BlockStart(given, prompt.isEdited() ? new EditedText(text) : null);
        Lookahead lookahead =
                settings.mode() == DecodingMode.LOSSLESS
                        ? new Lookahead(sequence, start, prompt.edit())
                        : null;
        this.tail = new TailWriter(sequence, prompt.tail(), healing, lookahead, recorder);
        if (resume.tokens().length > 0) {
            int[] tokens = resume.tokens();
            sequence.resume(Arrays.copyOfRange(tokens, tail.resume(tokens), tokens.length));
            sequence.finishIfComplete(begun);
        }
        this.output =
                switch (settings.mode()) {
                    case DIFFUSION ->
                            family.attention() == AttentionPattern.CAUSAL_CONTEXT
                                    ? new BlockWriter(sequence, start, recorder)
                                    : new WindowWriter(
                                            sequence, family, known, cache.capacity(), recorder);
                    case AUTOREGRESSIVE, LOSSLESS -> new TokenWriter(sequence, lookahead);
                };
    }

    /** What is known before the first step: nothing, or the end of an output resumed at its end. */
    public List<SamplingEvent> begun() {
        return List.copyOf(begun);
    }

    public boolean isFinished() {
        return sequence.isFinished();
    }

    /** The keys and values of the prompt and of the finished blocks; owned by this generation. */
    public KvCache cache() {
        return sequence.cache();
    }

    /** Tokens of the prompt that are read as they are, the document start included. */
    public int promptTokens() {
        return sequence.promptTokens();
    }

    /** How many of those were in the cache at the start. */
    public int cachedTokens() {
        return sequence.cachedTokens();
    }

    /**
     * The canvases of the finished blocks.
     *
     * @throws IllegalStateException if the settings do not ask for them
     */
    public Trajectory trajectory() {
        if (recorder == null) {
            throw new IllegalStateException("The trajectory was not asked for, so none is there.");
        }
        return recorder.trajectory();
    }

    /**
     * What the next forward is to look at; its logits are to be given to {@link #accept}.
     *
     * @throws IllegalStateException if the generation is finished
     */
    public Forward next() {
        requireUnfinished();
        reading = sequence.unread() > pieceTokens;
        return reading ? sequence.read(pieceTokens) : writer().next();
    }

    /**
     * @param logits of the forward that {@link #next} asked for; stay the caller's
     * @return what they made known, in order
     */
    public List<SamplingEvent> accept(Logits logits) {
        List<SamplingEvent> events = new ArrayList<>();
        if (reading) {
            sequence.hasRead(pieceTokens);
        } else {
            writer().accept(logits, events);
            sequence.finishIfSpent(events);
        }
        return events;
    }

    /** Tokens of the output that are final. */
    public int outputTokens() {
        return sequence.outputTokens();
    }

    /**
     * Ends the output with the tokens that are final; to be called between two steps.
     *
     * @return what is left to tell of them
     * @throws IllegalStateException if the generation is finished
     */
    public List<SamplingEvent> cut() {
        requireUnfinished();
        List<SamplingEvent> events = new ArrayList<>();
        sequence.finish(SamplingEvent.Reason.LENGTH, events);
        return events;
    }

    private void requireUnfinished() {
        if (isFinished()) {
            throw new IllegalStateException("The generation is finished.");
        }
    }

    private Writer writer() {
        return tail.isDone() ? output : tail;
    }

    /** One forward of its own. */
    public List<SamplingEvent> step() {
        try (Logits logits = model.forward(next())) {
            return accept(logits);
        }
    }

    /** Frees the keys and values. */
    @Override
    public void close() {
        sequence.cache().close();
    }
}
