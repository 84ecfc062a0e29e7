package dev.seeddiffusion.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands between the api-service and a replica, passes every byte on and breaks off where the
 * replica does. Keeps what was asked and which events were the answer.
 */
final class RecordingProxy implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern BODY_LENGTH =
            Pattern.compile("(?i)(?:.*\r\n)*?content-length: *(\\d+)\r\n(?:.*\r\n)*?\r\n");

    private static final Pattern TRACE =
            Pattern.compile("(?i)\r\ntraceparent: *00-([0-9a-f]{32})-");

    /** Over all proxies. */
    private static final AtomicLong ORDER = new AtomicLong();

    /**
     * @param order in which generations were asked for
     * @param trace that the generation is part of; empty if none
     * @param events that the api-service was sent, whole ones only
     */
    record Exchange(long order, String trace, JsonNode request, List<JsonNode> events) {}

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int replicaPort;
    private final List<Exchange> exchanges = new ArrayList<>();
    private int committed;

    RecordingProxy(URI replica) throws IOException {
        replicaPort = replica.getPort();
        Thread.startVirtualThread(this::accept);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    synchronized List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Waits until so many more commits have passed. */
    synchronized void awaitCommitted(int more, Duration patience) throws InterruptedException {
        int target = committed + more;
        Instant deadline = Instant.now().plus(patience);
        while (committed < target) {
            long millis = Duration.between(Instant.now(), deadline).toMillis();
            if (millis <= 0) {
                throw new AssertionError("%d commits are missing.".formatted(target - committed));
            }
            wait(millis);
        }
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(server.accept());
                Thread.startVirtualThread(connection::open);
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private final class Connection {

        private final Socket client;
        private Exchange current;
        private String asked = "";
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Connection(Socket client) {
            this.client = client;
        }

        void open() {
            try (client;
                    Socket replica = new Socket(InetAddress.getLoopbackAddress(), replicaPort)) {
                Thread.startVirtualThread(() -> pass(client, replica, this::request));
                pass(replica, client, this::response);
            } catch (IOException e) {
                // the replica is down: so is this connection
            }
        }

        private interface Listener {
            void hear(byte[] bytes, int length);
        }

        private void pass(Socket from, Socket to, Listener listener) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] bytes = new byte[8192];
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    listener.hear(bytes, n);
                    out.write(bytes, 0, n);
                }
                to.close();
            } catch (IOException e) {
                closeQuietly(from);
                closeQuietly(to);
            }
        }

        private static void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                // is closed
            }
        }

        private void request(byte[] bytes, int length) {
            asked += new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            Matcher head = BODY_LENGTH.matcher(asked);
            if (head.find()) {
                int end = head.end() + Integer.parseInt(head.group(1));
                if (asked.length() >= end) {
                    byte[] body =
                            asked.substring(head.end(), end).getBytes(StandardCharsets.ISO_8859_1);
                    begin(lastTrace(head.group()), JSON.readTree(body));
                    asked = asked.substring(end);
                }
            }
        }

        /** Questions without a body may come before, each in a trace of its own. */
        private static String lastTrace(String heads) {
            return TRACE.matcher(heads)
                    .results()
                    .map(trace -> trace.group(1))
                    .reduce("", (_, later) -> later);
        }

        private void begin(String trace, JsonNode request) {
            synchronized (RecordingProxy.this) {
                current = new Exchange(ORDER.getAndIncrement(), trace, request, new ArrayList<>());
                exchanges.add(current);
            }
        }

        /** Events are lines; those that make up HTTP are no objects. */
        private void response(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                line.write(bytes[i]);
                if (bytes[i] == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    if (text.startsWith("{\"event\"")) {
                        add(JSON.readTree(text));
                    }
                }
            }
        }

        private void add(JsonNode event) {
            synchronized (RecordingProxy.this) {
                current.events.add(event);
                if (event.get("event").asString().equals("committed")) {
                    committed++;
                    RecordingProxy.this.notifyAll();
                }
            }
        }
    }
}
