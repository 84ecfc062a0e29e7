package dev.seeddiffusion.standalone;

import dev.seeddiffusion.inference.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client of one stream that reads when it is told to, through a window of a few kilobytes. */
final class SlowReader implements AutoCloseable {

    private static final int WINDOW = 4096;
    private static final String FRAME = "data: ";
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    /** Asks for a completion, and reads nothing. */
    SlowReader(int port, String body) {
        try {
            socket.setReceiveBufferSize(WINDOW); // the window is told when connecting
            socket.setSoTimeout(Math.toIntExact(Waiting.PATIENCE.toMillis()));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String request =
                    """
                    POST /v1/completions HTTP/1.1
                    Host: 127.0.0.1:%d
                    Content-Type: application/json
                    Content-Length: %d

                    """
                            .formatted(port, body.length());
            socket.getOutputStream()
                    .write(
                            (request.replace("\n", "\r\n") + body)
                                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads no further than it takes to have seen a frame. */
    void readSome() {
        while (!text().contains(FRAME)) {
            readOn();
        }
    }

    /** The data of all frames. */
    List<String> readAll() {
        while (!text().endsWith(LAST_CHUNK)) {
            readOn();
        }
        return text().lines()
                .filter(line -> line.startsWith(FRAME))
                .map(line -> line.substring(FRAME.length()))
                .toList();
    }

    private void readOn() {
        try {
            InputStream in = socket.getInputStream();
            byte[] some = new byte[WINDOW];
            int length = in.read(some);
            if (length < 0) {
                throw new AssertionError("The connection was closed after: " + text());
            }
            read.write(some, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text() {
        return read.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
