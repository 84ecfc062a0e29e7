package dev.seeddiffusion.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.convert.DurationStyle;

/** What a Deployment tells its service, against what the service reads. */
final class SettingsCheck {

    private SettingsCheck() {}

    static List<String> problems(Manifests manifests) {
        List<String> problems = new ArrayList<>();
        manifests.all("Deployment").forEach(it -> check(manifests, it, problems));
        return problems;
    }

    private static void check(Manifests manifests, ObjectNode deployment, List<String> problems) {
        String service = deployment.at("/metadata/name").asText();
        ServiceSettings settings = new ServiceSettings(service);
        JsonNode pod = Manifests.podSpec(deployment);
        mounted(manifests, pod)
                .forEach(
                        (name, value) -> {
                            if (!settings.has(name)) {
                                problems.add(service + " reads no setting " + name);
                            }
                        });
        JsonNode container = pod.at("/containers/0");
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            if (!settings.hasVariable(name)) {
                problems.add(service + " reads no environment variable " + name);
            }
        }
        String port = settings.byDefault("/server/port");
        if (!container.at("/ports/0/containerPort").asText().equals(port)) {
            problems.add(service + " listens to " + port + ", which is not its container's port");
        }
        stop(service, settings, pod, problems);
    }

    /** The settings in the files of the volume {@code settings}. */
    static Map<String, String> mounted(Manifests manifests, JsonNode pod) {
        Map<String, String> settings = new TreeMap<>();
        Yaml.each(pod.path("volumes"))
                .flatMap(volume -> Yaml.each(volume.at("/projected/sources")))
                .forEach(
                        source -> {
                            add(manifests, "ConfigMap", "data", source.path("configMap"), settings);
                            add(manifests, "Secret", "stringData", source.path("secret"), settings);
                        });
        return settings;
    }

    private static void add(
            Manifests manifests,
            String kind,
            String field,
            JsonNode source,
            Map<String, String> settings) {
        manifests
                .find(kind, source.path("name").asText())
                .ifPresent(
                        it ->
                                it.path(field)
                                        .properties()
                                        .forEach(
                                                entry ->
                                                        settings.put(
                                                                entry.getKey(),
                                                                entry.getValue().asText())));
    }

    /**
     * The kubelet kills what still runs after the grace: later than the service has ended itself.
     */
    private static void stop(
            String service, ServiceSettings settings, JsonNode pod, List<String> problems) {
        Duration shutdown =
                DurationStyle.detectAndParse(
                        settings.byDefault("/spring/lifecycle.timeout-per-shutdown-phase"));
        int before = pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt();
        int grace = pod.path("terminationGracePeriodSeconds").asInt(30);
        if (before <= 0 || grace <= before + shutdown.toSeconds()) {
            problems.add(
                    "%s is killed after %d s, but takes %d s to be left alone and %d s to stop"
                            .formatted(service, grace, before, shutdown.toSeconds()));
        }
    }
}
