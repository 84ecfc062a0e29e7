package dev.seeddiffusion.training.data;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens.Infilling;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * Documents to token ids, laid out as the sampler lays out its prompts. A token that spans the
 * prompt's end belongs to what is asked for: token healing has the model produce it again.
 */
public final class DocumentEncoder {

    /**
     * @param ids {@code [documentEnd, given…, asked for…, documentEnd]}
     * @param given how many of the first ids are only given, at least the document's beginning
     */
    public record Encoded(int[] ids, int given) {}

    private final CodeTokenizer tokenizer;
    private final Infilling infilling;

    /**
     * @throws IllegalArgumentException if the tokenizer has no ids for holes
     */
    public DocumentEncoder(CodeTokenizer tokenizer) {
        this.tokenizer = tokenizer;
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
        given += within(document.prompt(), text);
        int[] ids =
                IntStream.concat(
                                IntStream.concat(before, IntStream.of(text)),
                                IntStream.of(tokenizer.documentEnd()))
                        .toArray();
        return new Encoded(ids, given);
    }

    /** How many of the tokens lie wholly within the prompt. */
    private int within(String prompt, int[] tokens) {
        int bytes = prompt.getBytes(StandardCharsets.UTF_8).length;
        int count = 0;
        while (count < tokens.length) {
            bytes -= tokenizer.bytes(tokens[count]).length;
            if (bytes < 0) {
                break;
            }
            count++;
        }
        return count;
    }
}
