package dev.seeddiffusion.system;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of our services as a process of its own, started from the jar that its module packaged. */
final class ServiceProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<String> command;
    private final URI address;
    private final Path log;
    private Process process;

    private ServiceProcess(List<String> command, URI address, Path log) throws IOException {
        this.command = command;
        this.address = address;
        this.log = log;
        this.process = run();
    }

    private Process run() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("GOMP_SPINCOUNT", "10000");
        return builder.start();
    }

    /**
     * Starts a module and returns at once; {@link #awaitReady} waits for it.
     *
     * @param name of the log file
     * @param settings Spring properties, as {@code name=value}
     */
    static ServiceProcess start(String module, String name, String... settings) throws IOException {
        return startAt(freePort(), module, name, settings);
    }

    /** The same, where somebody has to know its address before. */
    static ServiceProcess startAt(int port, String module, String name, String... settings)
            throws IOException {
        String version = System.getProperty("system.version");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dai.djl.offline=true",
                                "-Xmx512m",
                                "-jar",
                                "../%s/target/%s-%s-exec.jar".formatted(module, module, version),
                                "--server.port=" + port));
        for (String setting : settings) {
            command.add("--" + setting);
        }
        Path log = Path.of("target", name + ".log");
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        return new ServiceProcess(command, URI.create("http://127.0.0.1:" + port), log);
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As {@code kill}; waits for the end. */
    void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** The same process at the same address, after it has ended. */
    void startAgain() throws IOException {
        process = run();
    }

    long pid() {
        return process.pid();
    }

    URI address() {
        return address;
    }

    /** Waits until the service says that it is ready; fails with its log if it does not. */
    ServiceProcess awaitReady() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(START);
        while (Instant.now().isBefore(deadline) && process.isAlive()) {
            try {
                if (get("/actuator/health/readiness").statusCode() == 200) {
                    return this;
                }
            } catch (IOException e) {
                // not listening yet
            }
            process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("Not ready:\n" + Files.readString(log));
    }

    /**
     * @param headers names and values in turn
     */
    HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path)), headers);
    }

    HttpResponse<String> post(String path, String json, String... headers)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.timeout(START).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
