package dev.seeddiffusion.diffusion.sampling;

import dev.seeddiffusion.diffusion.tokenizer.Utf8Assembler;
import java.util.List;

/**
 * The text of an output as it grows: whole characters, cut before the first stop string, and never
 * more than can no longer turn out to begin one.
 */
final class OutputText {

    private final Utf8Assembler assembler = new Utf8Assembler();
    private final List<String> stop;

    /** Not released yet: could be the beginning of a stop string. */
    private final StringBuilder held = new StringBuilder();

    private boolean stopped;

    OutputText(List<String> stop) {
        this.stop = stop;
    }

    /** Whether a stop string was met; nothing is released any more. */
    boolean isStopped() {
        return stopped;
    }

    /**
     * @param bytes of the next token
     * @return text to release now, often empty
     */
    String append(byte[] bytes) {
        return stopped ? "" : release(assembler.append(bytes), false);
    }

    /** The rest, at the end of the output. */
    String flush() {
        return stopped ? "" : release(assembler.flush(), true);
    }

    private String release(String more, boolean all) {
        held.append(more);
        int end = firstStop();
        if (end >= 0) {
            stopped = true;
            return held.substring(0, end);
        }
        int free = all ? held.length() : held.length() - possibleStop();
        String text = held.substring(0, free);
        held.delete(0, free);
        return text;
    }

    private int firstStop() {
        return stop.stream().mapToInt(held::indexOf).filter(i -> i >= 0).min().orElse(-1);
    }

    /** Length of the longest end of the held text that begins a stop string. */
    private int possibleStop() {
        int longest = 0;
        for (String candidate : stop) {
            int most = Math.min(held.length(), candidate.length() - 1);
            for (int length = most; length > longest; length--) {
                if (candidate.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
