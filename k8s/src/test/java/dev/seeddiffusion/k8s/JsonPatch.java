package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Adds and replaces values by their place (RFC 6902). */
final class JsonPatch {

    private JsonPatch() {}

    /**
     * @throws IllegalArgumentException for another operation, or for a place that is not there
     */
    static void apply(JsonNode operations, ObjectNode target) {
        for (JsonNode operation : operations) {
            JsonPointer place = JsonPointer.compile(operation.path("path").asText());
            JsonNode parent = target.at(place.head());
            String last = place.last().getMatchingProperty();
            String kind = operation.path("op").asText();
            JsonNode value = operation.get("value").deepCopy();
            if (parent instanceof ArrayNode array && kind.equals("add") && last.equals("-")) {
                array.add(value);
            } else if (parent instanceof ArrayNode array && kind.equals("replace")) {
                array.set(place.last().getMatchingIndex(), value);
            } else if (parent instanceof ObjectNode object
                    && (kind.equals("add") || kind.equals("replace") && object.has(last))) {
                object.set(last, value);
            } else {
                throw new IllegalArgumentException("Cannot %s at %s".formatted(kind, place));
            }
        }
    }
}
