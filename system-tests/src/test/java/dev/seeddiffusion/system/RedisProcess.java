package dev.seeddiffusion.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.RedisServer;

/** A real Redis that can be killed, paused and tampered with. */
final class RedisProcess implements AutoCloseable {

    private final int port;
    private RedisServer server;
    private ProcessHandle process;

    private RedisProcess(int port) {
        this.port = port;
    }

    static RedisProcess start() throws IOException {
        RedisProcess redis = new RedisProcess(ServiceProcess.freePort());
        redis.startAgain();
        return redis;
    }

    int port() {
        return port;
    }

    /** Empty, on the same port. */
    void startAgain() throws IOException {
        server =
                RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
        server.start();
        process =
                run("INFO server").stream()
                        .filter(line -> line.startsWith("process_id:"))
                        .map(line -> Long.valueOf(line.substring("process_id:".length())))
                        .flatMap(pid -> ProcessHandle.of(pid).stream())
                        .findFirst()
                        .orElseThrow();
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /** Chunks are the keys of hexadecimal digits. */
    List<String> chunks() throws IOException {
        return run("KEYS kv:[0-9a-f]*").stream().sorted().toList();
    }

    void flush() throws IOException {
        run("FLUSHALL");
    }

    /** The last bit of a value, which is one of a chunk's numbers. */
    void flipBit(String key) throws IOException {
        long last = Long.parseLong(run("STRLEN " + key).getFirst()) * 8 - 1;
        String bit = run("GETBIT " + key + " " + last).getFirst();
        run("SETBIT " + key + " " + last + " " + (bit.equals("0") ? 1 : 0));
    }

    void copy(String from, String to) throws IOException {
        run("COPY " + from + " " + to + " REPLACE");
    }

    /**
     * @return the elements of an array, the lines of a text, or the answer itself, without its type
     */
    private List<String> run(String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String first = answer.readLine();
            return switch (first.charAt(0)) {
                case '-' -> throw new IllegalStateException(command + ": " + first);
                case '*' -> elements(answer, Integer.parseInt(first.substring(1)));
                case '$' -> text(answer, Integer.parseInt(first.substring(1)));
                default -> List.of(first.substring(1));
            };
        }
    }

    private static List<String> elements(BufferedReader answer, int count) throws IOException {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answer.readLine(); // its length
            elements.add(answer.readLine());
        }
        return elements;
    }

    private static List<String> text(BufferedReader answer, int length) throws IOException {
        char[] text = new char[length];
        for (int read = 0; read < length; ) {
            read += answer.read(text, read, length - read);
        }
        return new String(text).lines().toList();
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
