package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Label selectors. */
final class Selector {

    private Selector() {}

    /**
     * @param selector {@code matchLabels} and {@code matchExpressions} with {@code In}; an empty
     *     one takes all
     */
    static boolean takes(JsonNode selector, JsonNode labels) {
        return containsAll(labels, selector.path("matchLabels"))
                && Yaml.each(selector.path("matchExpressions"))
                        .allMatch(
                                it ->
                                        it.path("operator").asText().equals("In")
                                                && Yaml.each(it.path("values"))
                                                        .anyMatch(
                                                                labels.path(it.path("key").asText())
                                                                        ::equals));
    }

    static boolean containsAll(JsonNode labels, JsonNode wanted) {
        return wanted.properties().stream()
                .allMatch(
                        (Map.Entry<String, JsonNode> it) ->
                                it.getValue().equals(labels.get(it.getKey())));
    }
}
