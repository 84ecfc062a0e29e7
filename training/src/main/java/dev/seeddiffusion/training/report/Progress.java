package dev.seeddiffusion.training.report;

import java.io.Console;
import java.text.DecimalFormat;
import java.time.Duration;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The progress of long work: one line that is redrawn in a terminal or, where the output is no
 * terminal, a new line every 30 seconds. Shows units per second and the time left.
 *
 * <p>Thread-safe. Close it to end the line.
 */
public final class Progress implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(500);
    private static final Duration NEW_LINE = Duration.ofSeconds(30);
    private static final int LINE_CHARACTERS = 120;

    private final ProgressBar bar;

    /**
     * @param task what is done, in a word or two
     * @param unit what is counted, such as {@code tok}; a long word leaves no room for a note where
     *     the terminal has 80 columns
     * @param total how many there are in all, or −1 if unknown
     * @param done how many were done before, by an earlier run; not counted in the speed
     */
    public Progress(String task, String unit, long total, long done) {
        boolean terminal = isTerminal();
        ProgressBarBuilder builder =
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .startsFrom(done, Duration.ZERO)
                        .setUnit(" " + unit, 1)
                        .showSpeed(new DecimalFormat("0"))
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis((int) (terminal ? REDRAW : NEW_LINE).toMillis());
        if (!terminal) {
            builder.setConsumer(
                    new DelegatingProgressBarConsumer(new PrintOnce(), LINE_CHARACTERS));
        }
        bar = builder.build();
    }

    /**
     * @param done how many are done in all
     */
    public void to(long done) {
        bar.stepTo(done);
    }

    /**
     * @param done how many are done in all
     * @param note shown at the line's end, such as {@code loss 2.31}
     */
    public void to(long done, String note) {
        bar.setExtraMessage(" " + note);
        bar.stepTo(done);
    }

    @Override
    public void close() {
        bar.close();
    }

    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** The library draws its last state twice, which in a log would be two equal lines. */
    private static final class PrintOnce implements Consumer<String> {
        private String last = "";

        @Override
        public void accept(String line) {
            if (!line.equals(last)) {
                System.out.println(line);
                last = line;
            }
        }
    }
}
