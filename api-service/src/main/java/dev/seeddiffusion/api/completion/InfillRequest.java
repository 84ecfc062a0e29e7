package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code /v1/infill}: {@code segments}, an array of texts to be kept and, wherever a hole is,
 * {@code {"hole": true}}.
 */
final class InfillRequest {

    private static final int MOST_HOLES = 16;
    private static final String WANTED =
            "an array of strings to keep and of {\"hole\": true}, 1 to " + MOST_HOLES + " of these";

    private InfillRequest() {}

    /**
     * @throws ApiException 400 that names the first parameter at fault
     */
    static Question parse(Parameters parameters) {
        List<String> kept = kept(parameters.take("segments"));
        SamplingRequest sampling = SamplingRequest.take(parameters, "max_tokens", false);
        if (sampling.n() > 1) {
            throw ApiException.invalid("n", "n is for one text, but holes are: leave it out.");
        }
        parameters.refuseRest();
        return new Question(sampling, new InfillText(kept), new TextShape("", ""));
    }

    private static List<String> kept(@Nullable JsonNode segments) {
        if (segments == null) {
            throw ApiException.missing("segments", "send " + WANTED);
        }
        if (!segments.isArray()) {
            throw Parameters.mustBe("segments", WANTED, segments);
        }
        List<String> kept = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (JsonNode segment : segments) {
            if (isHole(segment)) {
                kept.add(text.toString());
                text.setLength(0);
            } else {
                text.append(Parameters.text("segments", segment, WANTED));
            }
        }
        kept.add(text.toString());
        if (kept.size() < 2 || kept.size() > MOST_HOLES + 1) {
            throw ApiException.invalid(
                    "segments",
                    "segments has %d holes, but must be %s.".formatted(kept.size() - 1, WANTED));
        }
        return kept;
    }

    private static boolean isHole(JsonNode segment) {
        return segment.isObject()
                && segment.size() == 1
                && segment.path("hole").isBoolean()
                && segment.path("hole").booleanValue();
    }
}
