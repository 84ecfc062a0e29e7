package dev.seeddiffusion.common.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a generation's answer, NDJSON on the wire. In order: {@code Started}, any number of
 * {@code Drafted} and {@code Committed}, then {@code Finished} or {@code Failed}. A request that
 * cannot be served at all is answered by a single {@code Failed}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GenerationEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = GenerationEvent.Drafted.class, name = "drafted"),
    @JsonSubTypes.Type(value = GenerationEvent.Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = GenerationEvent.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = GenerationEvent.Failed.class, name = "failed")
})
public sealed interface GenerationEvent {

    /**
     * @param requestId as in the request
     * @param promptTokens tokens of the prompt, the document start included
     * @param cachedTokens how many of them were not computed but found in a cache
     */
    record Started(String requestId, int promptTokens, int cachedTokens)
            implements GenerationEvent {}

    /**
     * The canvas as it stands: may still change, is never cached.
     *
     * @param blockIndex counts blocks of the output, from 0
     * @param step denoising steps of this request so far
     * @param text the canvas as text; a token still masked is one {@code ░}
     * @param committedTokens tokens of the output that are final; the canvas follows them
     * @param tokens the same text token by token; one that is a part of a character is U+FFFD
     * @param confidences the model's probability of each token; 0 where it has said none
     * @param changed indices of tokens that are others than one step before
     */
    record Drafted(
            int blockIndex,
            int step,
            String text,
            int committedTokens,
            List<String> tokens,
            List<Float> confidences,
            List<Integer> changed)
            implements GenerationEvent {}

    /**
     * Tokens that never change again. Positions follow each other without a gap. Without tokens it
     * tells the text that was held back until the end, and {@code Finished} is next.
     *
     * @param firstPosition counts tokens of the output, from 0; negative in the first one if its
     *     first tokens spell the prompt's end and are not part of the output
     * @param text what these tokens add to the output; whole characters only, so it may lag behind
     *     the tokens
     */
    record Committed(int firstPosition, List<PlacedToken> tokens, String text)
            implements GenerationEvent {

        /** Those of the tokens that are part of the output. */
        public List<PlacedToken> output() {
            return tokens.subList(Math.clamp(-firstPosition, 0, tokens.size()), tokens.size());
        }
    }

    record Finished(FinishReason reason, Usage usage) implements GenerationEvent {}

    /**
     * @param message what was asked, what was found, what to do; no prompt text
     * @param retryable whether the same request may succeed later or elsewhere
     * @param retryAfterSeconds when it probably does; null if nobody knows
     */
    record Failed(
            ErrorCode code,
            String message,
            boolean retryable,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer retryAfterSeconds)
            implements GenerationEvent {

        public Failed(ErrorCode code, String message, boolean retryable) {
            this(code, message, retryable, null);
        }
    }
}
