package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Everything that an object names is there. */
final class References {

    /** An address within the namespace. */
    private static final Pattern ADDRESS = Pattern.compile("http://([a-z-]+):(\\d+)");

    private final Manifests manifests;
    private final List<String> problems = new ArrayList<>();

    private References(Manifests manifests) {
        this.manifests = manifests;
    }

    static List<String> problems(Manifests manifests) {
        References check = new References(manifests);
        manifests.all("Deployment").forEach(check::deployment);
        manifests.all("Service").forEach(check::service);
        manifests.all("ConfigMap").forEach(check::configMap);
        manifests.all("PodDisruptionBudget").forEach(it -> check.taken(it, "/spec/selector"));
        manifests.all("HorizontalPodAutoscaler").forEach(check::scaled);
        manifests.all("ScaledObject").forEach(check::scaled);
        manifests.all("NetworkPolicy").forEach(check::networkPolicy);
        manifests.all("ServiceMonitor").forEach(check::serviceMonitor);
        manifests.all("HTTPRoute").forEach(check::route);
        return check.problems;
    }

    private void deployment(ObjectNode deployment) {
        String name = Manifests.named(deployment);
        JsonNode pod = Manifests.podSpec(deployment);
        if (!Selector.takes(
                deployment.at("/spec/selector"), deployment.at("/spec/template/metadata/labels"))) {
            problems.add(name + " does not select its own pods");
        }
        exists(name, "ServiceAccount", pod.path("serviceAccountName").asText());
        Set<String> volumes =
                Yaml.each(pod.path("volumes"))
                        .map(it -> it.path("name").asText())
                        .collect(Collectors.toSet());
        for (JsonNode volume : pod.path("volumes")) {
            exists(name, "ConfigMap", volume.at("/configMap/name"));
            exists(name, "PersistentVolumeClaim", volume.at("/persistentVolumeClaim/claimName"));
            for (JsonNode source : volume.at("/projected/sources")) {
                exists(name, "ConfigMap", source.at("/configMap/name"));
                exists(name, "Secret", source.at("/secret/name"));
            }
        }
        Manifests.containers(pod)
                .forEach(
                        container -> {
                            for (JsonNode mount : container.path("volumeMounts")) {
                                if (!volumes.contains(mount.path("name").asText())) {
                                    problems.add(name + " mounts no volume " + mount.path("name"));
                                }
                                files(name, pod, container, mount);
                            }
                            for (String probe : List.of("startup", "readiness", "liveness")) {
                                port(
                                        name,
                                        container,
                                        container.at("/" + probe + "Probe/httpGet/port"));
                            }
                        });
    }

    /** Files of a ConfigMap that a container's command names. */
    private void files(String name, JsonNode pod, JsonNode container, JsonNode mount) {
        String folder = mount.path("mountPath").asText() + "/";
        Yaml.each(pod.path("volumes"))
                .filter(it -> it.path("name").equals(mount.path("name")))
                .flatMap(
                        it ->
                                manifests
                                        .find("ConfigMap", it.at("/configMap/name").asText())
                                        .stream())
                .forEach(
                        map ->
                                Yaml.each(container.path("command"))
                                        .map(JsonNode::asText)
                                        .filter(it -> it.startsWith(folder))
                                        .map(it -> it.substring(folder.length()))
                                        .filter(it -> !map.path("data").has(it))
                                        .forEach(
                                                it ->
                                                        problems.add(
                                                                name
                                                                        + " reads "
                                                                        + it
                                                                        + ", which "
                                                                        + Manifests.named(map)
                                                                        + " does not have")));
    }

    private void service(ObjectNode service) {
        String name = Manifests.named(service);
        List<ObjectNode> behind =
                manifests
                        .all("Deployment")
                        .filter(
                                it ->
                                        Selector.containsAll(
                                                it.at("/spec/template/metadata/labels"),
                                                service.at("/spec/selector")))
                        .toList();
        if (behind.size() != 1) {
            problems.add(name + " stands for " + behind.size() + " Deployments");
            return;
        }
        JsonNode container = Manifests.podSpec(behind.getFirst()).at("/containers/0");
        for (JsonNode port : service.at("/spec/ports")) {
            port(name, container, port.path("targetPort"));
            if (!container.at("/ports/0/containerPort").equals(port.path("port"))) {
                problems.add(name + " has port " + port.path("port") + ", its container another");
            }
        }
    }

    private void port(String name, JsonNode container, JsonNode port) {
        if (!port.isMissingNode()
                && Yaml.each(container.path("ports"))
                        .noneMatch(it -> it.path("name").equals(port))) {
            problems.add(name + " names the port " + port + ", which its container does not have");
        }
    }

    private void configMap(ObjectNode map) {
        for (JsonNode value : map.path("data")) {
            Matcher address = ADDRESS.matcher(value.asText());
            while (address.find()) {
                servicePort(Manifests.named(map), address.group(1), address.group(2));
            }
        }
    }

    private void scaled(ObjectNode scaler) {
        String target = scaler.at("/spec/scaleTargetRef/name").asText();
        exists(Manifests.named(scaler), "Deployment", target);
        manifests
                .find("Deployment", target)
                .filter(it -> it.at("/spec").has("replicas"))
                .ifPresent(it -> problems.add(target + " has replicas and one that scales it"));
    }

    private void networkPolicy(ObjectNode policy) {
        taken(policy, "/spec/podSelector");
        for (String direction : List.of("ingress", "egress")) {
            for (JsonNode rule : policy.at("/spec/" + direction)) {
                for (JsonNode peer : rule.path(direction.equals("ingress") ? "from" : "to")) {
                    if (peer.has("podSelector") && !peer.has("namespaceSelector")) {
                        taken(Manifests.named(policy), peer.path("podSelector"));
                    }
                }
            }
        }
    }

    private void serviceMonitor(ObjectNode monitor) {
        String name = Manifests.named(monitor);
        List<ObjectNode> services =
                manifests
                        .all("Service")
                        .filter(
                                it ->
                                        Selector.takes(
                                                monitor.at("/spec/selector"),
                                                it.at("/metadata/labels")))
                        .toList();
        if (services.size() != manifests.all("Deployment").count()) {
            problems.add(name + " watches " + services.size() + " Services, not all");
        }
        for (JsonNode endpoint : monitor.at("/spec/endpoints")) {
            for (ObjectNode service : services) {
                if (!service.at("/spec/ports/0/name").equals(endpoint.path("port"))) {
                    problems.add(name + " asks a port that " + Manifests.named(service) + " lacks");
                }
            }
            secretKey(name, endpoint.at("/oauth2/clientId/secret"));
            secretKey(name, endpoint.at("/oauth2/clientSecret"));
        }
    }

    private void secretKey(String name, JsonNode reference) {
        exists(name, "Secret", reference.path("name").asText());
        manifests
                .find("Secret", reference.path("name").asText())
                .filter(it -> !it.path("stringData").has(reference.path("key").asText()))
                .ifPresent(it -> problems.add(name + " reads no key of " + Manifests.named(it)));
    }

    private void route(ObjectNode route) {
        for (JsonNode rule : route.at("/spec/rules")) {
            for (JsonNode backend : rule.path("backendRefs")) {
                servicePort(
                        Manifests.named(route),
                        backend.path("name").asText(),
                        backend.path("port").asText());
            }
        }
    }

    private void servicePort(String name, String service, String port) {
        exists(name, "Service", service);
        manifests
                .find("Service", service)
                .filter(it -> !it.at("/spec/ports/0/port").asText().equals(port))
                .ifPresent(
                        it ->
                                problems.add(
                                        name
                                                + " names port "
                                                + port
                                                + " of "
                                                + Manifests.named(it)));
    }

    private void taken(ObjectNode object, String selector) {
        taken(Manifests.named(object), object.at(selector));
    }

    private void taken(String name, JsonNode selector) {
        if (manifests
                .all("Deployment")
                .noneMatch(
                        it -> Selector.takes(selector, it.at("/spec/template/metadata/labels")))) {
            problems.add(name + " selects no pod: " + selector);
        }
    }

    private void exists(String from, String kind, JsonNode name) {
        if (!name.isMissingNode()) {
            exists(from, kind, name.asText());
        }
    }

    private void exists(String from, String kind, String name) {
        if (manifests.find(kind, name).isEmpty()) {
            problems.add("%s names %s %s, which is not there".formatted(from, kind, name));
        }
    }
}
