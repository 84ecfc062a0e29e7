package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.PlacedToken;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the texts of an answer are written down; OpenAI has one way for text and one for chat. */
sealed interface AnswerShape permits TextShape, ChatShape {

    /**
     * What is known of a text, or of what a chunk adds to it.
     *
     * @param offset characters of this text before it
     * @param tokens it consists of
     * @param finishReason null until the text has ended
     */
    record Piece(
            int index, String text, int offset, Details tokens, @Nullable String finishReason) {}

    /**
     * @param placed the tokens of a piece
     * @param logprobs whether their log-probabilities are wanted
     * @param provenance whether their provenance is
     */
    record Details(List<PlacedToken> placed, boolean logprobs, boolean provenance) {}

    /** What ids of answers begin with. */
    String prefix();

    /** What a whole answer is called. */
    String whole();

    /** What a chunk of a stream is called. */
    String chunk();

    /** What each text is put between. */
    String lead();

    String trail();

    /** What a stream says of a text before its first piece. */
    Optional<Answer.Choice> opening(int index);

    Answer.Choice choice(Piece whole);

    Answer.Choice delta(Piece piece);
}
