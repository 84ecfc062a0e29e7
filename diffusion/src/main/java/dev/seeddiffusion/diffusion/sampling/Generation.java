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

    private static final int[] NONE = {};

    private final Transformer model;
    private final CodeTokenizer tokenizer;
    private final TokenHealing healing;
    private final SamplingSettings settings;
    private final KvCache cache;
    private final Uniforms uniforms;
    private final OutputText text;
    private final int[] given;
    private final @Nullable EditedText edited;
    private final Speculation speculation = new Speculation();
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
        this.uniforms = new Uniforms(settings.draw().seed());
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
        } else {
            switch (settings.mode()) {
                case DIFFUSION -> denoise(events);
                case AUTOREGRESSIVE, LOSSLESS -> writeTokens(events);
            }
        }
        return events;
    }

    private void readPiece() {
        int[] piece = Arrays.copyOf(uncommitted, PROMPT_PIECE_TOKENS);
        model.forward(cache, piece, NONE, PROMPT_PIECE_TOKENS - 1).close();
        uncommitted = Arrays.copyOfRange(uncommitted, PROMPT_PIECE_TOKENS, uncommitted.length);
    }

    /** Produces the prompt's tail again, by the likeliest tokens that spell it or run beyond it. */
    private void heal(List<SamplingEvent> events) {
        int[] allowed = healing.allowed(tail);
        try (Logits logits = model.forward(cache, uncommitted, NONE, uncommitted.length - 1)) {
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
                commit(List.of(token), text.append(overhang), false, events);
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

    /** One token or, in lossless mode, what is right of the guess and one more. */
    private void writeTokens(List<SamplingEvent> events) {
        boolean guessing = settings.mode() == SamplingSettings.Mode.LOSSLESS;
        int[] guess = guessing ? speculation.guess(room() - 1) : NONE;
        int[] block = guessing ? blockAfter(guess) : NONE;
        int[] clean = joined(uncommitted, guess);
        int[] proposed = NONE;
        Choice chosen;
        try (Logits logits = model.forward(cache, clean, block, uncommitted.length - 1)) {
            chosen = choose(logits, guess.length + 1);
            if (block.length > 0) {
                int[] likeliest = logits.likeliest().ids();
                proposed = Arrays.copyOfRange(likeliest, guess.length + 1, likeliest.length);
            }
        }
        steps++;
        int kept = speculation.verify(guess, chosen.ids(), proposed);
        uniforms.take(Math.min(kept, uniforms.seen()));
        cache.truncate(cache.length() - (guess.length + 1 - kept));
        uncommitted = new int[] {chosen.ids()[kept - 1]};
        written = joined(written, Arrays.copyOf(chosen.ids(), kept));
        List<PlacedToken> tokens = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            tokens.add(new PlacedToken(chosen.ids()[i], steps, chosen.confidences()[i]));
        }
        commitUntilEnd(tokens, events);
    }

    private void denoise(List<SamplingEvent> events) {
        Canvas block = canvas != null ? canvas : nextBlock();
        canvas = block;
        try (Logits logits = model.forward(cache, uncommitted, block.ids(), uncommitted.length)) {
            Choice choice = choose(logits, logits.rows());
            uniforms.take(uniforms.seen());
            block.denoise(choice, logits, settings.denoising(), ++steps);
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
        int[] ids = blockAfter(NONE);
        Canvas block =
                edited == null
                        ? new Canvas(ids, tokenizer.mask(), tokenizer.documentEnd())
                        : Canvas.draft(ids, tokenizer.mask(), tokenizer.documentEnd());
        if (recorder != null) {
            recorder.add(block);
        }
        return block;
    }

    /**
     * What a block begins with.
     *
     * @param guess tokens that are read before it, beside those that are final
     */
    private int[] blockAfter(int[] guess) {
        int most = settings.denoising().blockTokens();
        int length = Math.max(0, Math.min(most, room() - guess.length));
        if (edited != null) {
            return edited.next(joined(written, guess), length, tokenizer.mask());
        }
        int[] ids = new int[length];
        int first = written.length + guess.length;
        for (int i = 0; i < length; i++) {
            ids[i] = first + i < given.length ? given[first + i] : tokenizer.mask();
        }
        return ids;
    }

    private void finishBlock(Canvas block, List<SamplingEvent> events) {
        if (recorder != null) {
            recorder.finish(block, steps);
        }
        uncommitted = block.visible();
        written = joined(written, uncommitted);
        canvas = null;
        blocks++;
        commitUntilEnd(block.tokensAndEnd(), events);
    }

    /**
     * Makes tokens final, as many as belong to the output.
     *
     * @param tokens may hold an end of text, which ends it
     */
    private void commitUntilEnd(List<PlacedToken> tokens, List<SamplingEvent> events) {
        StringBuilder released = new StringBuilder();
        int kept = 0;
        boolean ended = false;
        while (kept < tokens.size() && !text.isStopped() && !ended) {
            int id = tokens.get(kept).id();
            ended = id == tokenizer.documentEnd();
            if (!ended) {
                released.append(text.append(tokenizer.bytes(id)));
                kept++;
            }
        }
        commit(tokens.subList(0, kept), released.toString(), ended, events);
    }

    /** Tells final tokens, and ends the output if they, or the end of the text, end it. */
    private void commit(
            List<PlacedToken> tokens, String released, boolean ended, List<SamplingEvent> events) {
        if (!tokens.isEmpty()) {
            events.add(new SamplingEvent.Committed(outputTokens, List.copyOf(tokens), released));
            outputTokens += tokens.size();
        }
        if (text.isStopped() || ended) {
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

    /** A token for each row; those of the first rows may be drawn at random. */
    private Choice choose(Logits logits, int drawn) {
        Draw draw = settings.draw();
        if (draw.temperature() == 0) {
            return logits.likeliest();
        }
        float[] numbers = Arrays.copyOf(uniforms.peek(drawn), logits.rows());
        return logits.sample(draw.temperature(), draw.topP(), numbers);
    }

    private static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Frees the keys and values. */
    @Override
    public void close() {
        cache.close();
    }
}
