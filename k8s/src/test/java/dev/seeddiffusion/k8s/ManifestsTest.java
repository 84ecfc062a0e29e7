package dev.seeddiffusion.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.DurationStyle;

/** What is true of the base and of each overlay. */
class ManifestsTest {

    /** The arrows of docs/architecture.md, and those of what surrounds the platform. */
    private static final Set<String> INGRESS =
            Set.of(
                    "gateway > api-service:http",
                    "api-service > inference-service:http",
                    "inference-service > cache-service:http",
                    "monitoring/prometheus > api-service:http",
                    "monitoring/prometheus > inference-service:http",
                    "monitoring/prometheus > cache-service:http");

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void every_field_is_one_of_its_kind(String folder) {
        assertThat(StrictSchema.problems(Manifests.of(folder).objects())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void everything_named_is_there(String folder) {
        assertThat(References.problems(Manifests.of(folder))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void services_are_told_what_they_read(String folder) {
        assertThat(SettingsCheck.problems(Manifests.of(folder))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void pods_are_restricted(String folder) {
        Manifests manifests = Manifests.of(folder);
        assertThat(manifests.all("Deployment"))
                .hasSize(3)
                .allSatisfy(it -> assertThat(Restricted.problems(it)).isEmpty());
        assertThat(manifests.all("ServiceAccount"))
                .hasSize(3)
                .allMatch(it -> it.path("automountServiceAccountToken").asText().equals("false"));
        assertThat(
                        manifests
                                .get("Namespace", "seed-diffusion")
                                .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                                .asText())
                .isEqualTo("restricted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void only_the_arrows_of_the_design_are_open(String folder) {
        Manifests manifests = Manifests.of(folder);
        assertThat(Arrows.ingress(manifests)).isEqualTo(INGRESS);
        assertThat(Arrows.egress(manifests)).isEqualTo(egress("keycloak:8443", "redis:6379"));
    }

    @Test
    void in_production_redis_and_the_issuer_are_outside() {
        Manifests manifests = Manifests.of("overlays/production");
        assertThat(Arrows.ingress(manifests)).isEqualTo(INGRESS);
        assertThat(Arrows.egress(manifests))
                .isEqualTo(egress("198.51.100.10/32:443", "192.0.2.0/28:6379"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void what_no_policy_opens_is_closed(String folder) {
        ObjectNode policy = Manifests.of(folder).get("NetworkPolicy", "default-deny");
        assertThat(policy.path("spec"))
                .isEqualTo(Yaml.parse("{podSelector: {}, policyTypes: [Ingress, Egress]}"));
    }

    @Test
    void production_takes_all_images_from_its_registry() {
        Manifests manifests = Manifests.of("overlays/production");
        assertThat(
                        manifests
                                .all("Deployment")
                                .flatMap(it -> Manifests.containers(Manifests.podSpec(it))))
                .extracting(it -> it.path("image").asText())
                .containsExactlyInAnyOrder(
                        "registry.example/seed-diffusion/api-service:0.1.0",
                        "registry.example/seed-diffusion/inference-service-gpu:0.1.0",
                        "registry.example/seed-diffusion/inference-service-gpu:0.1.0",
                        "registry.example/seed-diffusion/cache-service:0.1.0");
    }

    @Test
    void a_gpu_is_asked_for_and_its_node_chosen() {
        var pod =
                Manifests.podSpec(
                        Manifests.of("overlays/gpu").get("Deployment", "inference-service"));
        assertThat(pod.at("/containers/0/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(1);
        assertThat(pod.at("/nodeSelector").has("nvidia.com/gpu.present")).isTrue();
        assertThat(pod.at("/tolerations/0/key").asText()).isEqualTo("nvidia.com/gpu");
    }

    @Test
    void streams_may_last_as_long_as_the_api_service_lets_them() {
        var route = Manifests.of("base").get("HTTPRoute", "api");
        for (String timeout : List.of("request", "backendRequest")) {
            String longest = route.at("/spec/rules/0/timeouts/" + timeout).asText();
            assertThat(DurationStyle.detectAndParse(longest)).isGreaterThan(Duration.ofMinutes(10));
        }
    }

    @Test
    void replicas_are_scaled_by_a_metric_that_they_tell() throws IOException {
        String query =
                Manifests.of("base")
                        .get("ScaledObject", "inference-service")
                        .at("/spec/triggers/0/metadata/query")
                        .asText();
        assertThat(query).contains("inference_queue_depth");
        String source = "scheduler/QueueMetrics.java";
        try (Stream<Path> files = Files.walk(Path.of("../inference-service/src/main/java"))) {
            assertThat(files.filter(it -> it.endsWith(source)))
                    .singleElement()
                    .satisfies(
                            it -> assertThat(it).content().contains("\"inference.queue.depth\""));
        }
    }

    @Test
    void the_digests_are_those_of_the_shipped_model() throws Exception {
        for (String line : Yaml.text(Path.of("base/model.sha256")).lines().toList()) {
            String[] digestAndFile = line.split("  /");
            assertThat(sha256(Path.of("..").resolve(digestAndFile[1]))).isEqualTo(digestAndFile[0]);
        }
    }

    @Test
    void the_pod_for_uploads_is_restricted_too() {
        List<ObjectNode> pod = Yaml.documents(Path.of("model-upload.yaml"));
        assertThat(StrictSchema.problems(pod)).isEmpty();
        assertThat(Restricted.problems(pod.getFirst())).isEmpty();
    }

    private static Set<String> egress(String issuer, String redis) {
        Set<String> arrows =
                new TreeSet<>(
                        Set.of(
                                "api-service > inference-service:http",
                                "inference-service > cache-service:http",
                                "api-service > " + redis,
                                "cache-service > " + redis));
        for (String service : List.of("api-service", "inference-service", "cache-service")) {
            arrows.add(service + " > " + issuer);
            arrows.add(service + " > kube-system/kube-dns:53");
            arrows.add(service + " > kube-system/kube-dns:53UDP");
        }
        return arrows;
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
