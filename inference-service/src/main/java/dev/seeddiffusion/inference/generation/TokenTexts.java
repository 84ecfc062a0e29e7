package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What each token of one output adds to its text; the first ones may spell the prompt's end. */
final class TokenTexts {

    private final CodeTokenizer tokenizer;

    /** Bytes of the prompt that the next tokens spell again. */
    private int tail;

    TokenTexts(CodeTokenizer tokenizer, Prompt prompt) {
        this.tokenizer = tokenizer;
        this.tail = prompt.tail().length;
    }

    /** To be called for each event, in order. */
    List<PlacedToken> of(SamplingEvent.Committed committed) {
        if (committed.firstPosition() > 0) {
            tail = 0; // resumed after it
        }
        List<PlacedToken> placed = new ArrayList<>();
        for (var token : committed.tokens()) {
            placed.add(
                    new PlacedToken(
                            token.id(),
                            text(tokenizer.bytes(token.id())),
                            token.step(),
                            token.confidence(),
                            token.revisions()));
        }
        return placed;
    }

    private String text(byte[] bytes) {
        int told = Math.min(tail, bytes.length);
        tail -= told;
        return new String(bytes, told, bytes.length - told, StandardCharsets.UTF_8);
    }
}
