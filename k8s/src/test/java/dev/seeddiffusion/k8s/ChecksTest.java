package dev.seeddiffusion.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks see what is wrong: each mistake here is made in the base, and found. */
class ChecksTest {

    private final Manifests base = Manifests.of("base");

    @ParameterizedTest(name = "{0} {1}: {2} = {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Service             | cache              | /spec/ports/0/port                                     | 8083          | port
                    Service             | api                | /spec/ports/0/targetPort                               | https         | https
                    Service             | api                | /spec/selector/app.kubernetes.io~1name                 | api           | 0 Deployments
                    Deployment          | api-service        | /spec/template/spec/containers/0/startupProbe/httpGet/port | web       | web
                    Deployment          | api-service        | /spec/template/spec/volumes/0/projected/sources/1/secret/name | api    | Secret api
                    Deployment          | api-service        | /spec/template/spec/serviceAccountName                 | default       | ServiceAccount
                    Deployment          | inference-service  | /spec/template/spec/initContainers/0/command/3         | /etc/model/digest | digest
                    Deployment          | inference-service  | /spec/replicas                                         | 2             | scales
                    ConfigMap           | inference-service  | /data/inference.prefix-cache.cache-service             | http://cache:8080 | port 8080
                    ConfigMap           | api-service        | /data/api.replicas                                     | http://replicas:8081 | Service replicas
                    NetworkPolicy       | cache-service      | /spec/podSelector/matchLabels/app.kubernetes.io~1name  | cache         | no pod
                    HTTPRoute           | api                | /spec/rules/0/backendRefs/0/port                       | 80            | port 80
                    ServiceMonitor      | seed-diffusion     | /spec/endpoints/0/oauth2/clientSecret/key              | password      | key
                    PodDisruptionBudget | api-service        | /spec/selector/matchLabels/app.kubernetes.io~1name     | api           | no pod
                    """)
    void a_reference_to_nothing(String kind, String name, String path, String value, String found) {
        change(kind, name, path, value);
        assertThat(References.problems(base)).anyMatch(it -> it.contains(found));
    }

    @ParameterizedTest(name = "{0} {1}: {2} = {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Deployment | cache-service     | /spec/template/spec/containers/0/ports/0/containerPort | 8080 | 8082
                    Deployment | cache-service     | /spec/template/spec/containers/0/env/0/name | SPRING_CONFIG_IMPORTS | SPRING_CONFIG_IMPORTS
                    Deployment | inference-service | /spec/template/spec/terminationGracePeriodSeconds | 35 | killed
                    ConfigMap  | cache-service     | /data/cache.chunks.memory-bugdet | 1GB | memory-bugdet
                    ConfigMap  | cache-service     | /data/inference.model | /models/nano | inference.model
                    Secret     | redis             | /stringData/spring.data.redis.pass | x | spring.data.redis.pass
                    """)
    void a_setting_that_nobody_reads(
            String kind, String name, String path, String value, String found) {
        change(kind, name, path, value);
        assertThat(SettingsCheck.problems(base)).anyMatch(it -> it.contains(found));
    }

    @ParameterizedTest
    @CsvSource({
        "/securityContext/runAsNonRoot,false",
        "/securityContext/runAsUser,0",
        "/securityContext/seccompProfile/type,Unconfined",
        "/hostNetwork,true",
        "/automountServiceAccountToken,true",
        "/volumes/1,{name: host; hostPath: {path: /}}",
        "/containers/0/securityContext/privileged,true",
        "/containers/0/securityContext/readOnlyRootFilesystem,false",
        "/containers/0/securityContext/capabilities/drop/0,KILL",
        "/containers/0/resources/limits,{}",
    })
    void a_pod_with_rights(String path, String value) {
        change("Deployment", "api-service", "/spec/template/spec" + path, value.replace(';', ','));
        assertThat(Restricted.problems(base.get("Deployment", "api-service"))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment,api-service,/spec/template/spec/containers/0/readynessProbe,{}",
        "ScaledObject,inference-service,/spec/maxReplicas,3",
        "ServiceMonitor,seed-diffusion,/spec/endpoints/0/oauth,{}",
        "HTTPRoute,api,/spec/rules/0/timeout,1m",
        "HorizontalPodAutoscaler,api-service,/spec/minReplicas,few",
        "Service,api,/kind,Servise",
    })
    void a_field_or_kind_that_there_is_not(String kind, String name, String path, String value) {
        change(kind, name, path, value);
        assertThat(StrictSchema.problems(base.objects())).hasSize(1);
    }

    @Test
    void an_arrow_more() {
        int before = Arrows.egress(base).size();
        change("NetworkPolicy", "cache-service", "/spec/egress", "[{to: [{podSelector: {}}]}]");
        assertThat(Arrows.egress(base))
                .hasSize(before + 3)
                .contains("cache-service > api-service:any");
        change("NetworkPolicy", "cache-service", "/spec/ingress", "[{}]");
        assertThat(Arrows.ingress(base)).contains("anybody > cache-service:any");
    }

    @Test
    void a_kustomization_that_needs_more_than_the_renderer(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("kustomization.yaml"), "namePrefix: x-");
        assertThatThrownBy(() -> Kustomization.render(folder)).hasMessageContaining("namePrefix");
    }

    @Test
    void a_patch_of_what_is_not_there() {
        ObjectNode target = Yaml.MAPPER.createObjectNode();
        assertThatThrownBy(
                        () ->
                                JsonPatch.apply(
                                        Yaml.parse("[{op: replace, path: /a, value: 1}]"), target))
                .hasMessageContaining("/a");
    }

    private void change(String kind, String name, String path, String value) {
        ObjectNode operation = Yaml.MAPPER.createObjectNode().put("path", path);
        operation.set("value", Yaml.parse(value));
        boolean inList = path.matches(".*/\\d+");
        operation.put("op", inList ? "replace" : "add");
        JsonPatch.apply(Yaml.MAPPER.valueToTree(List.of(operation)), base.get(kind, name));
    }
}
