package dev.seeddiffusion.common;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real Redis on a port of its own, which it keeps when it is stopped and started again: a
 * container where Docker runs, else the binary that embedded-redis brings along.
 */
public final class RealRedis implements AutoCloseable {

    private static final int SLOTS = 16384;
    private static final Duration CLUSTER_FORMED = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private interface Server {
        void start() throws IOException;

        void stop() throws IOException;
    }

    private final int port;
    private final Server server;

    private RealRedis(int port, List<String> settings) throws IOException {
        this.port = port;
        this.server =
                DockerClientFactory.instance().isDockerAvailable()
                        ? inDocker(port, settings)
                        : embedded(port, settings);
    }

    /**
     * @param settings as in {@code redis.conf}
     */
    public static RealRedis start(String... settings) {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            RealRedis redis = new RealRedis(port, List.of(settings));
            redis.startAgain();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty, on the same port. */
    public void startAgain() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections stay open, but no command is answered for so long. */
    public void hang(Duration time) {
        run("CLIENT PAUSE " + time.toMillis() + " ALL");
    }

    /** Runs commands that are answered with OK, in one connection. */
    public void run(String... commands) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            for (String command : commands) {
                socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
                if (socket.getInputStream().read() != '+') {
                    throw new IllegalStateException("Redis did not accept " + command);
                }
                while (socket.getInputStream().read() != '\n') {
                    // the rest of the answer
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes this node a cluster of its own, and waits until it serves. */
    public void ownAllSlots(String password) {
        String login = "AUTH " + password;
        run(login, addSlots(0, SLOTS / 2), addSlots(SLOTS / 2, SLOTS)); // a command has a limit
        Instant deadline = Instant.now().plus(CLUSTER_FORMED);
        while (!isServing(login)) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("No cluster formed within " + CLUSTER_FORMED + ".");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static String addSlots(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(" ", "CLUSTER ADDSLOTS ", ""));
    }

    private boolean isServing(String login) {
        try {
            run(login, "SET probe 1", "FLUSHALL");
            return true;
        } catch (IllegalStateException e) { // CLUSTERDOWN
            return false;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static Server inDocker(int port, List<String> settings) {
        GenericContainer<?> container = new GenericContainer<>("redis:8-alpine");
        container.setPortBindings(List.of("127.0.0.1:" + port + ":" + port));
        container.withExposedPorts(port);
        container.withCommand(
                Stream.concat(Stream.of("port " + port), settings.stream())
                        .map(setting -> "--" + setting)
                        .collect(Collectors.joining(" ", "redis-server ", "")));
        return new Server() {
            @Override
            public void start() {
                container.start();
            }

            @Override
            public void stop() {
                container.stop();
            }
        };
    }

    private static Server embedded(int port, List<String> settings) throws IOException {
        RedisServerBuilder builder =
                RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("dir " + Files.createTempDirectory("redis"))
                        .setting("save \"\"");
        settings.forEach(builder::setting);
        RedisServer redis = builder.build();
        return new Server() {
            @Override
            public void start() throws IOException {
                redis.start();
            }

            @Override
            public void stop() throws IOException {
                redis.stop();
            }
        };
    }
}
