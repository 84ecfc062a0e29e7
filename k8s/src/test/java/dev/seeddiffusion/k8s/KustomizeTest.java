package dev.seeddiffusion.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kustomize itself renders the same, where there is a kubectl, which has it built in. */
class KustomizeTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/production"})
    void kustomize_renders_the_same(String kustomization) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, "kubectl"))),
                "There is no kubectl on the PATH.");
        List<ObjectNode> ours = Kustomization.render(Path.of(kustomization));
        assertThat(kubectl(kustomization)).containsExactlyInAnyOrderElementsOf(ours);
    }

    /** With the hashes taken off the names of ConfigMaps. */
    private List<ObjectNode> kubectl(String kustomization)
            throws IOException, InterruptedException {
        Path file = folder.resolve("rendered.yaml");
        Process kubectl =
                new ProcessBuilder("kubectl", "kustomize", kustomization)
                        .redirectOutput(file.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(kubectl.waitFor()).isZero();
        String plain =
                Files.readString(file)
                        .replaceAll(
                                "(name: (?:[a-z]+-service|model-digests))-[a-z0-9]{10}\n", "$1\n");
        Files.writeString(file, plain);
        return Yaml.documents(file);
    }
}
