package dev.seeddiffusion.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The repository's docker-compose.yml, as a project of its own with secrets of its own. */
final class Compose {

    private static final Path ROOT = Path.of("..");
    private static final Duration DEADLINE = Duration.ofMinutes(15);

    private final List<String> command;
    private final Map<String, String> secrets;

    private Compose(List<String> command, Map<String, String> secrets) {
        this.command = command;
        this.secrets = secrets;
    }

    /** What a command said, both streams in one. */
    record Result(int exitCode, String output) {

        String orFail() {
            if (exitCode != 0) {
                throw new AssertionError(output);
            }
            return output.strip();
        }
    }

    /** As plugin or as program of its own; empty where there is none, or no engine that answers. */
    static Optional<Compose> find() throws IOException, InterruptedException {
        if (!succeeds(List.of("docker", "info"))) {
            return Optional.empty();
        }
        for (List<String> command :
                List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            if (succeeds(with(command, "version"))) {
                return Optional.of(
                        new Compose(with(command, "-p", "seed-system-test"), newSecrets()));
            }
        }
        return Optional.empty();
    }

    /** For each that .env.example asks for. */
    private static Map<String, String> newSecrets() throws IOException {
        SecureRandom random = new SecureRandom();
        Map<String, String> secrets = new HashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve(".env.example"))) {
            if (line.endsWith("=") && !line.startsWith("#")) {
                byte[] secret = new byte[32];
                random.nextBytes(secret);
                secrets.put(
                        line.substring(0, line.length() - 1),
                        Base64.getEncoder().encodeToString(secret));
            }
        }
        return secrets;
    }

    /** The same with another secret. */
    Compose withSecret(String name, String value) {
        Map<String, String> changed = new HashMap<>(secrets);
        changed.put(name, value);
        return new Compose(command, changed);
    }

    String secret(String name) {
        return secrets.get(name);
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        return run(secrets, with(command, arguments));
    }

    /** The image of the file whose name begins so. */
    String image(String name) throws IOException {
        return Files.readAllLines(ROOT.resolve("docker-compose.yml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("image: " + name))
                .findFirst()
                .orElseThrow()
                .substring("image: ".length());
    }

    /** Ids of the containers that run, of a service or of all. */
    List<String> containers(String... service) throws IOException, InterruptedException {
        return run(secrets, with(with(command, "ps", "-q"), service)).orFail().lines().toList();
    }

    static Result docker(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), with(List.of("docker"), arguments));
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            return run(Map.of(), command).exitCode() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    private static Result run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("compose", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(ROOT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "%s took more than %s:%n%s"
                                .formatted(command, DEADLINE, Files.readString(log)));
            }
            return new Result(process.exitValue(), Files.readString(log));
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private static List<String> with(List<String> command, String... arguments) {
        return Stream.concat(command.stream(), Stream.of(arguments)).toList();
    }
}
