package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingUsage;
import java.io.PrintStream;

/**
 * Shows an output in a terminal while it is written: committed text stays, the canvas behind it is
 * drawn dim and taken back by the next one.
 */
final class CanvasView {

    private static final String DIM = "\033[2m";
    private static final String PLAIN = "\033[0m";
    private static final String CLEAR_TO_END = "\033[J";
    private static final long FRAME_MILLIS = 80;

    private final PrintStream out;

    /** The part of the committed text that stands on the cursor's line. */
    private String line;

    /** Line breaks of the canvas that is on the screen. */
    private long draftLines;

    private boolean drafted;

    CanvasView(PrintStream out, String prompt) {
        this.out = out;
        this.line = lastLine(prompt);
        out.print(prompt);
        out.flush();
    }

    void show(SamplingEvent event) {
        switch (event) {
            case SamplingEvent.Drafted draft -> showDraft(draft.text());
            case SamplingEvent.Committed committed -> {
                takeBackDraft();
                out.print(committed.text());
                line = lastLine(line + committed.text());
            }
            case SamplingEvent.Finished(_, SamplingUsage usage) -> {
                takeBackDraft();
                out.printf(
                        "%n[%d tokens in %d forwards, %.1f tokens per forward]%n",
                        usage.completionTokens(), usage.forwards(), usage.tokensPerForward());
            }
        }
        out.flush();
    }

    private void showDraft(String text) {
        takeBackDraft();
        out.print(DIM + text + PLAIN);
        out.flush();
        draftLines = text.chars().filter(c -> c == '\n').count();
        drafted = true;
        try {
            Thread.sleep(FRAME_MILLIS); // slow enough for the eye
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeBackDraft() {
        if (drafted) {
            String up = draftLines > 0 ? "\033[" + draftLines + "A" : "";
            out.print(up + "\r" + CLEAR_TO_END + line);
            drafted = false;
        }
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
