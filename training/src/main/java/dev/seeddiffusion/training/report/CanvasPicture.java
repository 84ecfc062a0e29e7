package dev.seeddiffusion.training.report;

import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Draws how an output came to be: a few frames of it side by side, as SVG. */
public final class CanvasPicture {

    private static final int MOST_FRAMES = 6;
    private static final int COLUMNS = 3;
    private static final int LINE_HEIGHT = 16;
    private static final double CHARACTER_WIDTH = 7.3;
    private static final int MARGIN = 14;
    private static final String STYLE =
            """
            <style>
              text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328 }
              .given { fill: #8b949e } .draft { fill: #0969da } .mask { fill: #d0d7de }
              .title { font: 600 12px system-ui, sans-serif; fill: #57606a }
              .frame { fill: #ffffff; stroke: #d0d7de }
            </style>
            """;

    private final String prompt;
    private final StringBuilder committed = new StringBuilder();
    private final List<Frame> frames = new ArrayList<>();

    private record Frame(int step, String committed, String draft) {}

    /**
     * @param prompt drawn before the output
     */
    public CanvasPicture(String prompt) {
        this.prompt = prompt;
    }

    /** Takes note of an event; the generation must have been asked for drafts. */
    public void add(SamplingEvent event) {
        switch (event) {
            case SamplingEvent.Drafted draft ->
                    frames.add(new Frame(draft.step(), committed.toString(), draft.text()));
            case SamplingEvent.Committed(_, _, String text) -> committed.append(text);
            case SamplingEvent.Finished _ -> {}
        }
    }

    /**
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Files.writeString(file, svg());
    }

    String svg() {
        List<Frame> shown = selected();
        int lines = 2 + (int) (prompt + committed).lines().count();
        int longest = (prompt + committed).lines().mapToInt(String::length).max().orElse(1);
        int width = (int) (longest * CHARACTER_WIDTH) + 2 * MARGIN;
        int height = lines * LINE_HEIGHT + 2 * MARGIN;
        int columns = Math.min(COLUMNS, Math.max(1, shown.size()));
        int rows = Math.max(1, Math.ceilDiv(shown.size(), columns));
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\">\n"
                        .formatted(columns * (width + MARGIN), rows * (height + MARGIN)));
        svg.append(STYLE);
        for (int i = 0; i < shown.size(); i++) {
            int x = i % columns * (width + MARGIN);
            int y = i / columns * (height + MARGIN);
            svg.append("<g transform=\"translate(%d,%d)\">\n".formatted(x, y));
            svg.append(
                    "<rect class=\"frame\" x=\"1\" y=\"1\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n"
                            .formatted(width, height));
            draw(svg, shown.get(i));
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    /** The first frame, the last, and others between them at even distances. */
    private List<Frame> selected() {
        int count = Math.min(MOST_FRAMES, frames.size());
        return IntStream.range(0, count)
                .mapToObj(i -> frames.get(count == 1 ? 0 : i * (frames.size() - 1) / (count - 1)))
                .toList();
    }

    private void draw(StringBuilder svg, Frame frame) {
        svg.append(
                "<text class=\"title\" x=\"%d\" y=\"%d\">step %d</text>\n"
                        .formatted(MARGIN, MARGIN + LINE_HEIGHT / 2, frame.step()));
        Cursor cursor = new Cursor(svg);
        cursor.write("given", prompt);
        cursor.write("", frame.committed());
        cursor.write("draft", frame.draft());
    }

    /** Writes coloured text from left to right and line by line. */
    private static final class Cursor {
        private final StringBuilder svg;
        private int line = 2;
        private int column;

        Cursor(StringBuilder svg) {
            this.svg = svg;
        }

        void write(String style, String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n') {
                    line++;
                    column = 0;
                    continue;
                }
                if (c != ' ') {
                    boolean mask = c == SamplingEvent.Drafted.MASKED;
                    svg.append(
                            "<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n"
                                    .formatted(
                                            mask ? "mask" : style,
                                            MARGIN + column * CHARACTER_WIDTH,
                                            MARGIN + line * LINE_HEIGHT,
                                            escaped(c)));
                }
                column++;
            }
        }

        private static String escaped(char c) {
            return switch (c) {
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                case '&' -> "&amp;";
                default -> String.valueOf(c);
            };
        }
    }
}
