package dev.seeddiffusion.training.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gives a process its program and takes what it writes, on a thread of its own. A program that
 * writes too much is ended.
 */
final class Talk {
    private static final int CAPTURED_BYTES = 1 << 16;
    private static final int MOST_BYTES = 1 << 20;

    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    private final CompletableFuture<Captured> captured = new CompletableFuture<>();

    /**
     * @param text what was written, after the first line; its beginning, if that is long
     * @param tooLong whether the process was ended for it
     */
    record Captured(String text, boolean tooLong) {}

    Talk(Process process, String program) {
        Thread.ofVirtual().start(() -> captured.complete(talk(process, program)));
    }

    /** Waits for the process to end. */
    Captured captured() {
        return captured.join();
    }

    /** Waits for its first sign of life, or its end. */
    void awaitBegin(int seconds) {
        begun.copy().completeOnTimeout(false, seconds, TimeUnit.SECONDS).join();
    }

    private Captured talk(Process process, String program) {
        byte[] kept = new byte[CAPTURED_BYTES];
        int total = 0;
        try (InputStream out = process.getInputStream()) {
            boolean stands = out.read() >= 0;
            begun.complete(stands);
            if (stands) {
                give(process, program);
            }
            byte[] piece = new byte[1 << 13];
            for (int n = out.read(piece); n >= 0 && total <= MOST_BYTES; n = out.read(piece)) {
                int room = Math.clamp(kept.length - total, 0, n);
                System.arraycopy(piece, 0, kept, Math.min(total, kept.length), room);
                total += n;
            }
        } catch (IOException e) {
            // The process was ended while it wrote.
        } finally {
            begun.complete(false);
        }
        boolean tooLong = total > MOST_BYTES;
        if (tooLong) {
            process.destroyForcibly();
        }
        return new Captured(
                new String(kept, 0, Math.min(total, kept.length), StandardCharsets.UTF_8), tooLong);
    }

    private static void give(Process process, String program) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(program.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended before it had read everything: what it wrote says why.
        }
    }
}
