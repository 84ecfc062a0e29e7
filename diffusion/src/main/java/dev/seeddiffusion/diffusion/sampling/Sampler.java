package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.checkpoint.AttentionPattern;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.HealedPrompt;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens.Infilling;
import dev.seeddiffusion.diffusion.tokenizer.TokenHealing;
import java.util.stream.IntStream;

/** Begins generations on one model. {@link #prompt} may be called by any thread. */
public final class Sampler {

    private final Transformer model;
    private final CodeTokenizer tokenizer;
    private final SamplingDefaults defaults;
    private final TokenHealing healing;

    /** Writes as the checkpoint asks for. */
    public Sampler(Transformer model, CodeTokenizer tokenizer) {
        this(model, tokenizer, model.config().sampling());
    }

    /**
     * @param defaults instead of the checkpoint's
     */
    public Sampler(Transformer model, CodeTokenizer tokenizer, SamplingDefaults defaults) {
        this.model = model;
        this.defaults = defaults;
        this.tokenizer = tokenizer;
        this.healing = new TokenHealing(tokenizer);
    }

    /** What turns text into the model's tokens; stays the caller's. */
    public CodeTokenizer tokenizer() {
        return tokenizer;
    }

    /** How blocks are denoised unless a request asks for something else. */
    public Denoising denoising() {
        return Denoising.of(model.config(), defaults);
    }

    /** The mode that writes unless a request asks for another. */
    public DecodingMode decoding() {
        return defaults.decoding();
    }

    /** Reads a prompt; text that spells a special token means that text. */
    public Prompt prompt(String text) {
        return isOurs()
                ? prompt(new int[] {tokenizer.documentEnd()}, text)
                : prompt(tokenizer.encode(text));
    }

    /**
     * A prompt of tokens alone, which stay as they are, such as a chat template's; one without any
     * is as good as one that begins a text.
     */
    public Prompt prompt(int[] tokens) {
        return new Prompt(
                tokens.length == 0 ? new int[] {tokenizer.documentEnd()} : tokens, new byte[0]);
    }

    private boolean isOurs() {
        return model.config().family().attention() == AttentionPattern.CAUSAL_CONTEXT;
    }

    /**
     * Tokens of whose multiples the keys and values are exact, whatever follows, so that they may
     * be shared; 0 if those of none are worth keeping.
     */
    public int sharedTokens(SamplingSettings settings) {
        int block = AttentionBlocks.of(model.config(), settings.denoising().blockTokens()).tokens();
        boolean usual = block == AttentionBlocks.of(model.config()).tokens();
        return model.config().family().keepsPrefixes() && usual ? block : 0;
    }

    /**
     * Reads a prompt with a hole, to be filled.
     *
     * @param before text before the hole
     * @param after text after the hole
     * @throws IllegalArgumentException if the model's vocabulary has no ids for holes
     */
    public Prompt prompt(String before, String after) {
        Infilling infilling =
                tokenizer
                        .infilling()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "This model cannot fill holes: its tokenizer has no "
                                                        + SpecialTokens.FIM_PREFIX
                                                        + " and "
                                                        + SpecialTokens.FIM_SUFFIX
                                                        + ". Leave out the suffix."));
        IntStream first = IntStream.of(tokenizer.documentEnd(), infilling.suffix());
        IntStream marked =
                IntStream.concat(
                        IntStream.concat(first, IntStream.of(tokenizer.encode(after))),
                        IntStream.of(infilling.prefix()));
        return prompt(marked.toArray(), before);
    }

    private Prompt prompt(int[] first, String text) {
        HealedPrompt healed = healing.split(text);
        return new Prompt(
                IntStream.concat(IntStream.of(first), IntStream.of(healed.head())).toArray(),
                healed.tail());
    }

    /**
     * A cache with room for a prompt and its output, as far as the model's context goes.
     *
     * @throws ContextExceededException if they are longer than that
     */
    public KvCache cacheFor(Prompt prompt, SamplingSettings settings) {
        requireWithinContext(prompt, settings);
        ModelConfig config = model.config();
        int blockTokens = settings.denoising().blockTokens();
        int wanted = prompt.mostTokens() + settings.maxTokens();
        if (config.family().decoding().wholeBlocks()) {
            wanted = Math.ceilDiv(wanted, blockTokens) * blockTokens;
        }
        return model.newCache(
                Math.min(wanted, config.contextTokens()), AttentionBlocks.of(config, blockTokens));
    }

    /**
     * May be called by any thread.
     *
     * @throws IllegalArgumentException if the model does not write in that mode, or not from text
     *     that is to be edited
     */
    public void requireWrites(Prompt prompt, DecodingMode mode) {
        if (!isOurs() && (mode != DecodingMode.DIFFUSION || prompt.isEdited())) {
            throw new IllegalArgumentException(
                    "This is a model of %s, which writes by diffusion from masks only: %s."
                            .formatted(
                                    model.config().family().name(),
                                    prompt.isEdited()
                                            ? "ask for a completion instead of an edit"
                                            : "leave decoding out"));
        }
    }

    /**
     * May be called by any thread.
     *
     * @throws ContextExceededException if prompt and output are longer than the model's context
     */
    public void requireWithinContext(Prompt prompt, SamplingSettings settings) {
        int context = model.config().contextTokens();
        if (settings.maxTokens() > context - prompt.tokens().length) {
            throw new ContextExceededException(
                    prompt.tokens().length, settings.maxTokens(), context);
        }
    }

    /**
     * @param cache from {@link #cacheFor}; may hold the keys and values of the prompt's first
     *     tokens, but not of its last, which the model must see. The generation's from now on
     * @throws IllegalArgumentException if the cache holds more of the prompt
     */
    public Generation start(Prompt prompt, SamplingSettings settings, KvCache cache) {
        return start(prompt, settings, cache, new int[0]);
    }

    /**
     * A generation whose blocks begin with given tokens instead of masks, such as the code that is
     * to be edited. They stay unless the settings ask for revision, and a block of nothing else
     * takes one forward. Position by position: where the output grows or shrinks, what follows no
     * longer lines up, and only masks among the given tokens, or revision, can make it right.
     *
     * @param cache as above
     * @param given token ids of the output from its first block on, after the prompt's tail; masks
     *     among them are to be filled, and so is what comes after them. Without effect in
     *     autoregressive mode and in families other than ours
     * @throws IllegalArgumentException if the cache holds more of the prompt, a given id is no
     *     token's, or the model does not write so
     */
    public Generation start(Prompt prompt, SamplingSettings settings, KvCache cache, int[] given) {
        return begin(prompt, settings, cache, given, Resume.NOTHING);
    }

    /**
     * A generation that goes on where another one of the same prompt and settings had come to. What
     * it tells begins after that; its {@link Generation#begun} is to be told first.
     *
     * @param cache as above; what was written is read again
     * @throws IllegalArgumentException if the cache holds more of the prompt, or the tokens are not
     *     such as this model writes after this prompt
     */
    public Generation resume(
            Prompt prompt, SamplingSettings settings, KvCache cache, Resume resume) {
        return begin(prompt, settings, cache, new int[0], resume);
    }

    private Generation begin(
            Prompt prompt, SamplingSettings settings, KvCache cache, int[] given, Resume resume) {
        requireWrites(prompt, settings.mode());
        if (cache.length() >= prompt.tokens().length) {
            throw new IllegalArgumentException(
                    "%d tokens are in the cache, but only %d of a prompt of %d may be."
                            .formatted(
                                    cache.length(),
                                    prompt.tokens().length - 1,
                                    prompt.tokens().length));
        }
        requireTokens(given);
        requireTokens(resume.tokens());
        return new Generation(
                model, tokenizer, healing, prompt, settings, cache, given.clone(), resume);
    }

    private void requireTokens(int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= model.config().vocabulary()) {
                throw new IllegalArgumentException(
                        "%d is given, but token ids lie in [0, %d)."
                                .formatted(id, model.config().vocabulary()));
            }
        }
    }

    /** A generation that shares no cache. */
    public Generation start(String prompt, SamplingSettings settings) {
        Prompt read = prompt(prompt);
        return start(read, settings, cacheFor(read, settings));
    }
}
