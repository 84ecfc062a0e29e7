package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokens of a generation: which are final, what the cache holds of them, what they cost. */
final class Sequence {

    private final SamplingSettings settings;
    private final KvCache cache;
    private final CodeTokenizer tokenizer;
    private final OutputText text;
    private final int promptTokens;
    private final int cachedTokens;

    /** Tokens of the prompt, and of what was resumed, that are committed as they are. */
    private final int keptTokens;

    /** Final tokens whose keys and values are not in the cache yet. */
    private int[] uncommitted;

    /** Final tokens after the prompt and its tail. */
    private int[] written = {};

    /** Spell the prompt's end and are not told yet. */
    private final List<PlacedToken> healed = new ArrayList<>();

    private int outputTokens;
    private int forwards;
    private int steps;
    private boolean finished;

    /**
     * @param keptTokens tokens of the prompt, and of what is resumed, that are committed as they
     *     are
     */
    Sequence(
            Prompt prompt,
            SamplingSettings settings,
            KvCache cache,
            CodeTokenizer tokenizer,
            Resume resume,
            int keptTokens) {
        this.settings = settings;
        this.cache = cache;
        this.tokenizer = tokenizer;
        this.text = new OutputText(settings.stop());
        this.promptTokens = prompt.tokens().length;
        this.cachedTokens = cache.length();
        this.keptTokens = keptTokens;
        this.uncommitted =
                Arrays.copyOfRange(resume.after(prompt.tokens()), cache.length(), keptTokens);
        this.steps = resume.steps();
        this.forwards = resume.steps();
    }

    /** Takes over tokens of the output that were written elsewhere, after all of the tail. */
    void resume(int[] tokens) {
        for (int id : tokens) {
            resume(tokenizer.bytes(id));
        }
        written = tokens;
    }

    /** Takes over a token of which these bytes belong to the output. */
    void resume(byte[] bytes) {
        text.append(bytes);
        outputTokens++;
    }

    SamplingSettings settings() {
        return settings;
    }

    KvCache cache() {
        return cache;
    }

    CodeTokenizer tokenizer() {
        return tokenizer;
    }

    int promptTokens() {
        return promptTokens;
    }

    int cachedTokens() {
        return cachedTokens;
    }

    int[] written() {
        return written;
    }

    boolean isFinished() {
        return finished;
    }

    /** Tokens that may still be written. */
    int room() {
        int inCache = cache.length() + uncommitted.length;
        return Math.min(settings.maxTokens() - outputTokens, cache.capacity() - inCache);
    }

    /** Tokens that are to be committed as they are and that no forward has read. */
    int unread() {
        return Math.max(0, keptTokens - cache.length());
    }

    /** Reads a piece of the prompt, of whose rows only the last is asked for. */
    Forward read(int tokens) {
        return new Forward(cache, Arrays.copyOf(uncommitted, tokens), new int[0], tokens - 1);
    }

    /** After a piece of the prompt was read. */
    void hasRead(int tokens) {
        uncommitted = Arrays.copyOfRange(uncommitted, tokens, uncommitted.length);
    }

    /**
     * Reads what is final and, after it, a guess, and looks at a canvas in that one's place. Asked
     * for are the rows from the last final token's on, or those of the canvas alone.
     */
    Forward forward(int[] guess, int[] canvas, boolean causalRows) {
        countForward();
        int first = causalRows ? uncommitted.length - 1 : uncommitted.length + guess.length;
        return new Forward(cache, uncommitted, guess, canvas, first);
    }

    /**
     * Reads what is final, and looks at a canvas after it.
     *
     * @param firstRow of the canvas to be asked for; −1 for the row of the token before it
     */
    Forward forward(int[] canvas, int firstRow) {
        countForward();
        return new Forward(cache, uncommitted, canvas, uncommitted.length + firstRow);
    }

    /** A forward that reads the prompt is the prefill, even if it places tokens as well. */
    private void countForward() {
        forwards += unread() > 0 ? 0 : 1;
    }

    /** After a forward has read what was final, and it was no prompt piece. */
    void isCommitted() {
        uncommitted = new int[0];
    }

    /** Final tokens whose keys and values are not in the cache yet. */
    int uncommitted() {
        return uncommitted.length;
    }

    /** Tokens of the output that are final. */
    int outputTokens() {
        return outputTokens;
    }

    /** Counts a step of denoising or, one by one, of writing. */
    int nextStep() {
        return ++steps;
    }

    int steps() {
        return steps;
    }

    /**
     * A final token that spells what the prompt says.
     *
     * @param told whether it also begins the output, and is told as such
     */
    void healed(int id, boolean told) {
        uncommitted = new int[] {id};
        if (!told) {
            healed.add(new PlacedToken(id, 0, 1));
        }
    }

    /** Tokens after those in the cache, final now, to be read by the next forward. */
    void commit(int[] ids) {
        uncommitted = ids;
    }

    /**
     * Final tokens.
     *
     * @param read how many of them the cache holds already
     */
    void write(int[] ids, int read) {
        uncommitted = Arrays.copyOfRange(ids, read, ids.length);
        written = joined(written, ids);
    }

    /**
     * Tells final tokens, as many as belong to the output, and ends that if they do.
     *
     * @param tokens may hold an end of text, and may be more than are wanted
     */
    void tell(List<PlacedToken> tokens, List<SamplingEvent> events) {
        int wanted = Math.min(tokens.size(), settings.maxTokens() - outputTokens);
        StringBuilder released = new StringBuilder();
        int kept = 0;
        boolean ended = false;
        while (kept < wanted && !text.isStopped() && !ended) {
            int id = tokens.get(kept).id();
            ended = tokenizer.isEnd(id);
            if (!ended) {
                released.append(text.append(tokenizer.bytes(id)));
                kept++;
            }
        }
        tell(tokens.subList(0, kept), released.toString(), ended, events);
    }

    /** Tells a token of which only some bytes belong to the output. */
    void tell(PlacedToken token, byte[] bytes, List<SamplingEvent> events) {
        tell(List.of(token), text.append(bytes), false, events);
    }

    private void tell(
            List<PlacedToken> tokens, String released, boolean ended, List<SamplingEvent> events) {
        if (!tokens.isEmpty()) {
            int first = outputTokens - healed.size();
            healed.addAll(tokens);
            events.add(new SamplingEvent.Committed(first, List.copyOf(healed), released));
            healed.clear();
            outputTokens += tokens.size();
        }
        if (ended) {
            finish(SamplingEvent.Reason.STOP, events);
        } else {
            finishIfComplete(events);
        }
    }

    /** Ends the output if a stop string was met or no room is left. */
    void finishIfComplete(List<SamplingEvent> events) {
        if (text.isStopped()) {
            finish(SamplingEvent.Reason.STOP, events);
        } else if (room() < 1) {
            finish(SamplingEvent.Reason.LENGTH, events);
        }
    }

    /** Ends the output with what there is if no step is left. */
    void finishIfSpent(List<SamplingEvent> events) {
        if (!finished && steps >= settings.maxSteps()) {
            finish(SamplingEvent.Reason.LENGTH, events);
        }
    }

    void finish(SamplingEvent.Reason reason, List<SamplingEvent> events) {
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

    /** One after the other. */
    static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
