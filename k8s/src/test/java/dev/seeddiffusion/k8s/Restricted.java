package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The Pod Security Standard "restricted"
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards), and what we ask beyond it:
 * user 10001, a read-only root file system, no token of the cluster, bounds of resources.
 */
final class Restricted {

    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");

    private final String name;
    private final JsonNode pod;
    private final List<String> problems = new ArrayList<>();

    private Restricted(ObjectNode object) {
        this.name = Manifests.named(object);
        this.pod = Manifests.podSpec(object);
    }

    /**
     * @param object with a pod in it
     */
    static List<String> problems(ObjectNode object) {
        Restricted check = new Restricted(object);
        check.pod();
        Manifests.containers(check.pod).forEach(check::container);
        return check.problems;
    }

    private void pod() {
        expect(pod, "/securityContext/runAsNonRoot", "true");
        expect(pod, "/securityContext/runAsUser", "10001");
        expect(pod, "/securityContext/seccompProfile/type", "RuntimeDefault");
        expect(pod, "/automountServiceAccountToken", "false");
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            expect(pod, "/" + host, "");
        }
        for (JsonNode volume : pod.path("volumes")) {
            volume.fieldNames()
                    .forEachRemaining(
                            field -> {
                                if (!field.equals("name") && !VOLUMES.contains(field)) {
                                    problems.add(name + " has a volume of type " + field);
                                }
                            });
        }
    }

    private void container(JsonNode container) {
        expect(container, "/securityContext/allowPrivilegeEscalation", "false");
        expect(container, "/securityContext/readOnlyRootFilesystem", "true");
        expect(container, "/securityContext/capabilities/drop/0", "ALL");
        expect(container, "/securityContext/capabilities/add", "");
        expect(container, "/securityContext/privileged", "");
        expect(container, "/securityContext/runAsUser", "");
        expect(container, "/securityContext/runAsNonRoot", "");
        expect(container, "/securityContext/seccompProfile", "");
        for (JsonNode port : container.path("ports")) {
            expect(port, "/hostPort", "");
        }
        for (String bound : List.of("requests/cpu", "requests/memory", "limits/memory")) {
            if (container.at("/resources/" + bound).isMissingNode()) {
                problems.add(name + " has a container without resources/" + bound);
            }
        }
    }

    private void expect(JsonNode node, String path, String value) {
        JsonNode found = node.at(path);
        if (!found.asText().equals(value) || found.isContainerNode()) {
            problems.add("%s: %s is '%s', not '%s'".formatted(name, path, found, value));
        }
    }
}
