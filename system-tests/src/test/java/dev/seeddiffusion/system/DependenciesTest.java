package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/dependencies.md tells of every dependency that a module names, and of no other. */
class DependenciesTest {

    private static final Pattern MANAGED =
            Pattern.compile("<dependencyManagement>.*?</dependencyManagement>", Pattern.DOTALL);
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>(?:\\s*<!--.*?-->)?\\s*<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</",
                    Pattern.DOTALL);
    private static final Pattern LISTED = Pattern.compile("`([a-z0-9_-]+)`");

    @Test
    void every_dependency_is_listed_with_its_licence() throws IOException {
        assertThat(listed()).isEqualTo(named());
    }

    private static Set<String> named() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return Stream.concat(Stream.of(Path.of("..")), modules)
                    .map(it -> it.resolve("pom.xml"))
                    .filter(Files::exists)
                    .flatMap(it -> DEPENDENCY.matcher(unmanaged(it)).results())
                    .filter(it -> !it.group(1).equals("dev.seeddiffusion"))
                    .map(it -> it.group(2))
                    .collect(Collectors.toSet());
        }
    }

    private static String unmanaged(Path pom) {
        try {
            return MANAGED.matcher(Files.readString(pom)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first columns of the tables; {@code -apps} stands for the family's name before it. */
    private static Set<String> listed() throws IOException {
        List<String> names =
                Files.readString(Path.of("../docs/dependencies.md"))
                        .split("## All of them")[0]
                        .lines()
                        .filter(it -> it.startsWith("| `"))
                        .map(it -> it.split("\\|")[1])
                        .flatMap(it -> LISTED.matcher(it).results())
                        .map((MatchResult it) -> it.group(1))
                        .map(it -> it.startsWith("-") ? "kubernetes-model" + it : it)
                        .toList();
        assertThat(names).doesNotHaveDuplicates();
        return Set.copyOf(names);
    }
}
