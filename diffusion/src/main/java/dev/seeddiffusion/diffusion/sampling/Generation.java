package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.TokenHealing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * One output being written. Each {@link #step} is one forward of the model, so that many
 * generations can take turns and each can be dropped between two steps.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, block-parallel sampling: blocks in causal order, the
 * keys and values of finished blocks kept. A finished block is committed by the forward that begins
 * the next, so committing costs no forward of its own; the prompt's end is read by the first
 * forward in the same way. Not thread-safe.
 */
public final class Generation implements AutoCloseable {

    /**
     * Tokens of a prompt that one forward reads at most; a longer prompt is read piece by piece, a
     * step each. With a cache that begins empty or holds a multiple of it, every piece is the same
     * computation, to the last bit, whether what is before it was computed here or brought along.
     */
    public static final int PROMPT_PIECE_TOKENS = 64;

    private final Transformer model;
    private final CodeTokenizer tokenizer;
    private final TokenHealing healing;
    private final SamplingSettings settings;
    private final KvCache cache;
    private final RandomGenerator random;
    private final OutputText text;
    private final int[] given;
    private final @Nullable EditedText edited;
    private final @Nullable TrajectoryRecorder recorder;
    private final int promptTokens;
    private final int cachedTokens;

    /** Final tokens whose keys and values are not in the cache yet. */
    private int[] uncommitted;

    /** What is left of the prompt's tail. */
    private byte[] tail;

    private @Nullable Canvas canvas;
    private int blocks;

    /** Tokens of the finished blocks. */
    private int[] written = {};

    private int outputTokens;
    private int forwards;
    private int steps;
    private boolean finished;

    Generation(
            Transformer model,
            CodeTokenizer tokenizer,
            TokenHealing healing,
            Prompt prompt,
            SamplingSettings settings,
            KvCache cache,
            int[] given) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.healing = healing;
        this.settings = settings;
        this.cache = cache;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.draw().seed());
        this.text = new OutputText(settings.stop());
        this.given = given;
        this.recorder = settings.recorded() ? new TrajectoryRecorder(prompt.tokens()) : null;
        this.promptTokens = prompt.tokens().length;
        this.edited =
                prompt.edited()
                        ? new EditedText(Arrays.copyOfRange(prompt.tokens(), 1, promptTokens))
                        : null;
        this.cachedTokens = cache.length();
        this.uncommitted = Arrays.copyOfRange(prompt.tokens(), cache.length(), promptTokens);
        this.tail = prompt.tail();
    }

    public boolean isFinished() {
        return finished;
    }

    /** The keys and values of the prompt and of the finished blocks; owned by this generation. */
    public KvCache cache() {
        return cache;
    }

    /** Tokens of the prompt that are read as they are, the document start included. */
    public int promptTokens() {
        return promptTokens;
    }

    /** How many of those were in the cache at the start. */
    public int cachedTokens() {
        return cachedTokens;
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
     * One forward.
     *
     * @return what it made known, in order
     * @throws IllegalStateException if the generation is finished
     */
    public List<SamplingEvent> step() {
        if (finished) {
            throw new IllegalStateException("The generation is finished.");
        }
        if (promptTokens - cache.length() > PROMPT_PIECE_TOKENS) {
            readPiece();
            return List.of();
        }
        List<SamplingEvent> events = new ArrayList<>();
        // A forward that reads the prompt is the prefill, even if it places tokens as well.
        forwards += cache.length() < promptTokens ? 0 : 1;
        if (tail.length > 0) {
            heal(events);
        } else if (settings.mode() == SamplingSettings.Mode.AUTOREGRESSIVE) {
            writeToken(events);
        } else {
            denoise(events);
        }
        return events;
    }

    private void readPiece() {
        int[] piece = Arrays.copyOf(uncommitted, PROMPT_PIECE_TOKENS);
        model.forward(cache, piece, new int[0], PROMPT_PIECE_TOKENS - 1).close();
        uncommitted = Arrays.copyOfRange(uncommitted, PROMPT_PIECE_TOKENS, uncommitted.length);
    }

    /** Produces the prompt's tail again, by the likeliest tokens that spell it or run beyond it. */
    private void heal(List<SamplingEvent> events) {
        int[] allowed = healing.allowed(tail);
        try (Logits logits = forward(new int[0], uncommitted.length - 1)) {
            float[] row = logits.toArray();
            int best = allowed[0];
            for (int id : allowed) {
                best = row[id] > row[best] ? id : best;
            }
            byte[] overhang = healing.overhang(tail, best);
            tail = healing.rest(tail, best);
            uncommitted = new int[] {best};
            if (recorder != null) {
                recorder.healed(best);
            }
            if (overhang.length > 0) {
                steps++;
                PlacedToken token = new PlacedToken(best, steps, probability(row, best));
                commit(List.of(token), text.append(overhang), events);
            }
        }
    }

    private static float probability(float[] logits, int id) {
        double max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return (float) (Math.exp(logits[id] - max) / sum);
    }

    private void writeToken(List<SamplingEvent> events) {
        Choice choice;
        try (Logits logits = forward(new int[0], uncommitted.length - 1)) {
            choice = choose(logits);
        }
        steps++;
        int id = choice.ids()[0];
        if (id == tokenizer.documentEnd()) {
            finish(SamplingEvent.Reason.STOP, events);
            return;
        }
        uncommitted = new int[] {id};
        PlacedToken token = new PlacedToken(id, steps, choice.confidences()[0]);
        commit(List.of(token), text.append(tokenizer.bytes(id)), events);
    }

    private void denoise(List<SamplingEvent> events) {
        Canvas block = canvas != null ? canvas : nextBlock();
        canvas = block;
        try (Logits logits = forward(block.ids(), uncommitted.length)) {
            block.denoise(choose(logits), logits, settings.denoising(), ++steps);
        }
        uncommitted = new int[0];
        if (recorder != null) {
            recorder.add(block);
        }
        if (settings.drafts()) {
            String draft = DraftText.of(block.visible(), tokenizer);
            events.add(new SamplingEvent.Drafted(blocks, steps, draft));
        }
        if (block.isComplete()) {
            finishBlock(block, events);
        }
    }

    private Canvas nextBlock() {
        int length = Math.min(settings.denoising().blockTokens(), room());
        Canvas block =
                edited == null
                        ? new Canvas(given(length), tokenizer.mask(), tokenizer.documentEnd())
                        : Canvas.draft(
                                edited.next(written, length, tokenizer.mask()),
                                tokenizer.mask(),
                                tokenizer.documentEnd());
        if (recorder != null) {
            recorder.add(block);
        }
        return block;
    }

    private int[] given(int length) {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            int at = written.length + i;
            ids[i] = at < given.length ? given[at] : tokenizer.mask();
        }
        return ids;
    }

    private void finishBlock(Canvas block, List<SamplingEvent> events) {
        if (recorder != null) {
            recorder.finish(block, steps);
        }
        List<PlacedToken> tokens = block.tokens();
        StringBuilder released = new StringBuilder();
        int kept = 0;
        while (kept < tokens.size() && !text.isStopped()) {
            released.append(text.append(tokenizer.bytes(tokens.get(kept++).id())));
        }
        uncommitted = block.visible();
        written = Arrays.copyOf(written, written.length + uncommitted.length);
        System.arraycopy(
                uncommitted, 0, written, written.length - uncommitted.length, uncommitted.length);
        canvas = null;
        blocks++;
        commit(tokens.subList(0, kept), released.toString(), events);
        if (!finished && block.endsText()) {
            finish(SamplingEvent.Reason.STOP, events);
        }
    }

    /** Tells final tokens, and ends the output if they end it. */
    private void commit(List<PlacedToken> tokens, String released, List<SamplingEvent> events) {
        if (!tokens.isEmpty()) {
            events.add(new SamplingEvent.Committed(outputTokens, List.copyOf(tokens), released));
            outputTokens += tokens.size();
        }
        if (text.isStopped()) {
            finish(SamplingEvent.Reason.STOP, events);
        } else if (room() < 1) {
            finish(SamplingEvent.Reason.LENGTH, events);
        }
    }

    private void finish(SamplingEvent.Reason reason, List<SamplingEvent> events) {
        String rest = text.flush();
        if (!rest.isEmpty()) {
            events.add(new SamplingEvent.Committed(outputTokens, List.of(), rest));
        }
        finished = true;
        events.add(
                new SamplingEvent.Finished(
                        reason,
                        new SamplingUsage(
                                promptTokens, cachedTokens, outputTokens, forwards, steps)));
    }

    /** Tokens that may still be written. */
    private int room() {
        int inCache = cache.length() + uncommitted.length;
        return Math.min(settings.maxTokens() - outputTokens, cache.capacity() - inCache);
    }

    private Logits forward(int[] block, int firstRow) {
        return model.forward(cache, uncommitted, block, firstRow);
    }

    private Choice choose(Logits logits) {
        Draw draw = settings.draw();
        if (draw.temperature() == 0) {
            return logits.likeliest();
        }
        float[] uniforms = new float[logits.rows()];
        for (int i = 0; i < uniforms.length; i++) {
            uniforms[i] = random.nextFloat();
        }
        return logits.sample(draw.temperature(), draw.topP(), uniforms);
    }

    /** Frees the keys and values. */
    @Override
    public void close() {
        cache.close();
    }
}
