package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may talk to whom: every arrow that the NetworkPolicies open, as {@code from > to:port}. */
final class Arrows {

    private final Manifests manifests;
    private final Set<String> ingress = new TreeSet<>();
    private final Set<String> egress = new TreeSet<>();

    private Arrows(Manifests manifests) {
        this.manifests = manifests;
    }

    /** What callers may send. */
    static Set<String> egress(Manifests manifests) {
        return read(manifests).egress;
    }

    /** What is let in. */
    static Set<String> ingress(Manifests manifests) {
        return read(manifests).ingress;
    }

    private static Arrows read(Manifests manifests) {
        Arrows arrows = new Arrows(manifests);
        manifests.all("NetworkPolicy").forEach(arrows::policy);
        return arrows;
    }

    private void policy(ObjectNode policy) {
        List<String> subjects = ours(policy.at("/spec/podSelector"));
        for (JsonNode rule : policy.at("/spec/ingress")) {
            for (String subject : subjects) {
                for (String peer : peers(rule.path("from"))) {
                    ports(rule).forEach(port -> ingress.add(peer + " > " + subject + ":" + port));
                }
            }
        }
        for (JsonNode rule : policy.at("/spec/egress")) {
            for (String subject : subjects) {
                for (String peer : peers(rule.path("to"))) {
                    ports(rule).forEach(port -> egress.add(subject + " > " + peer + ":" + port));
                }
            }
        }
    }

    /** Names of Deployments whose pods a selector takes. */
    private List<String> ours(JsonNode selector) {
        return manifests
                .all("Deployment")
                .filter(it -> Selector.takes(selector, it.at("/spec/template/metadata/labels")))
                .map(it -> it.at("/metadata/name").asText())
                .toList();
    }

    /** Without peers, a rule is for everybody. */
    private List<String> peers(JsonNode peers) {
        return peers.isEmpty() ? List.of("anybody") : Yaml.each(peers).flatMap(this::peer).toList();
    }

    private Stream<String> peer(JsonNode peer) {
        if (peer.has("ipBlock")) {
            return Stream.of(peer.at("/ipBlock/cidr").asText());
        }
        if (!peer.has("namespaceSelector")) {
            return ours(peer.path("podSelector")).stream();
        }
        String namespace =
                peer.at("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText("anywhere");
        String pods =
                Yaml.each(peer.at("/podSelector/matchLabels"))
                        .map(JsonNode::asText)
                        .collect(Collectors.joining("+"));
        return Stream.of(pods.isEmpty() ? namespace : namespace + "/" + pods);
    }

    private static List<String> ports(JsonNode rule) {
        return rule.path("ports").isEmpty()
                ? List.of("any")
                : Yaml.each(rule.path("ports"))
                        .map(port -> port.path("port").asText() + port.path("protocol").asText())
                        .map(port -> port.replace("TCP", ""))
                        .toList();
    }
}
