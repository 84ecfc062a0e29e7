package dev.seeddiffusion.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import redis.embedded.RedisServer;

/**
 * A real Redis on a port of its own, which it keeps when it is stopped and started again: a
 * container where Docker runs, else the binary that embedded-redis brings along.
 */
public final class RealRedis implements AutoCloseable {

    private interface Server {
        void start() throws IOException;

        void stop() throws IOException;
    }

    private final int port;
    private final Server server;

    private RealRedis(int port) throws IOException {
        this.port = port;
        this.server =
                DockerClientFactory.instance().isDockerAvailable()
                        ? inDocker(port)
                        : embedded(port);
    }

    public static RealRedis start() {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            RealRedis redis = new RealRedis(port);
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
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String command = "CLIENT PAUSE " + time.toMillis() + " ALL\r\n";
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() != '+') {
                throw new IllegalStateException("Redis did not accept " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static Server inDocker(int port) {
        GenericContainer<?> container = new GenericContainer<>("redis:8-alpine");
        container.setPortBindings(List.of("127.0.0.1:" + port + ":6379"));
        container.withExposedPorts(6379);
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

    private static Server embedded(int port) throws IOException {
        RedisServer redis =
                RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
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
