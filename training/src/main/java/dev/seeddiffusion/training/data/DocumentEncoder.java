package dev.seeddiffusion.training.data;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens.Infilling;
import dev.seeddiffusion.diffusion.tokenizer.TokenHealing;
import java.util.stream.IntStream;

/**
 * Documents to token ids, laid out as the sampler lays out its prompts. The prompt's last pretoken
 * belongs to what is asked for, because token healing has the model produce it again.
 */
public final class DocumentEncoder {

    /**
     * @param ids {@code [documentEnd, given…, asked for…, documentEnd]}
     * @param given how many of the first ids are only given, at least the document's beginning
     */
    public record Encoded(int[] ids, int given) {}

    private final CodeTokenizer tokenizer;
    private final TokenHealing healing;
    private final Infilling infilling;

    /**
     * @throws IllegalArgumentException if the tokenizer has no ids for holes
     */
    public DocumentEncoder(CodeTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.healing = new TokenHealing(tokenizer);
        this.infilling =
                tokenizer
                        .infilling()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "The tokenizer has no ids for holes: make one with"
                                                        + " ./seed tokenizer."));
    }

    /** May be called by several threads at once. */
    public Encoded encode(Document document) {
        IntStream before = IntStream.of(tokenizer.documentEnd());
        int given = 1;
        if (document.suffix() != null) {
            int[] suffix = tokenizer.encode(document.suffix());
            before =
                    IntStream.concat(
                            IntStream.concat(before, IntStream.of(infilling.suffix())),
                            IntStream.concat(
                                    IntStream.of(suffix), IntStream.of(infilling.prefix())));
            given += suffix.length + 2;
        }
        int[] text = tokenizer.encode(document.prompt() + document.text());
        given += healing.split(document.prompt()).head().length;
        int[] ids =
                IntStream.concat(
                                IntStream.concat(before, IntStream.of(text)),
                                IntStream.of(tokenizer.documentEnd()))
                        .toArray();
        return new Encoded(ids, given);
    }
}
