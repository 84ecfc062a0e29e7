package dev.seeddiffusion.training.sandbox;

/**
 * How a program ended.
 *
 * @param exitCode its exit code; 128 + n if signal n ended it
 * @param output the beginning of what it wrote to standard output and standard error
 */
public record Verdict(Outcome outcome, int exitCode, String output) {

    /** The four ends. */
    public enum Outcome {
        /** It exited with code 0. */
        PASSED,
        /** It exited with another code; Python does so after an exception. */
        FAILED,
        /** It used up its processor seconds, or its time on the clock. */
        TIMED_OUT,
        /** A signal ended it: a crash, or a limit on memory, files or output. */
        KILLED
    }

    /** Whether it exited with code 0. */
    public boolean passed() {
        return outcome == Outcome.PASSED;
    }

    /** The last line of the output, where Python names the exception; empty if there is none. */
    public String lastLine() {
        String text = output.stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
