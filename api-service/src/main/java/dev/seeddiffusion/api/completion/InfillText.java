package dev.seeddiffusion.api.completion;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A text with holes, which are filled in their order: each sees all that is before it, filled, and
 * all kept text after it.
 *
 * @param kept the texts before, between and after the holes, one more than those
 */
record InfillText(List<String> kept) implements Work {

    int holes() {
        return kept.size() - 1;
    }

    /** Hole {@code i}, when those before it are filled. */
    PromptText hole(int i, List<String> filled) {
        String after = String.join("", kept.subList(i + 1, kept.size()));
        return new PromptText(whole(filled) + kept.get(i), after, false);
    }

    /** The text as far as it is filled, up to the next kept one. */
    private String whole(List<String> filled) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < filled.size(); i++) {
            text.append(kept.get(i)).append(filled.get(i));
        }
        return text.toString();
    }

    /** The text with all holes filled; what was kept is there as it was sent. */
    String filled(List<String> filled) {
        return whole(filled) + kept.getLast();
    }

    /** Leaves out what the user wrote. */
    @Override
    public String toString() {
        return kept.stream()
                .map(text -> String.valueOf(text.length()))
                .collect(Collectors.joining(", ", "InfillText[characters=", "]"));
    }
}
