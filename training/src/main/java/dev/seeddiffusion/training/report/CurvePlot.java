package dev.seeddiffusion.training.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A line plot as an SVG picture: axes with ticks, a legend, any number of curves. Drawn by hand, as
 * the JDK's own graphics need fonts that a bare machine lacks.
 *
 * <p>Not thread-safe.
 */
public final class CurvePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 60;
    private static final int MAX_POINTS = 500;
    private static final int TICKS = 6;
    private static final int MARK_RADIUS = 5;

    /** Okabe and Ito's colours, which colour-blind readers can tell apart. */
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

    private record Curve(String name, double[] x, double[] y, int smoothing, boolean marked) {}

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Curve> curves = new ArrayList<>();

    /** An empty plot. */
    public CurvePlot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /**
     * The losses of runs over their clean tokens.
     *
     * @param runs name and metrics file of each run; with one run its name is not shown
     * @param smoothing measurements to average over, 1 for none
     * @throws IOException if a file cannot be read
     */
    public static CurvePlot ofLosses(Map<String, Path> runs, int smoothing) throws IOException {
        CurvePlot plot = new CurvePlot("Training loss", "clean tokens", "loss (nats per token)");
        for (Map.Entry<String, Path> run : runs.entrySet()) {
            List<Measurement> measurements = MetricsFile.read(run.getValue());
            TreeSet<String> losses = new TreeSet<>();
            measurements.forEach(measurement -> losses.addAll(measurement.losses().keySet()));
            for (String loss : losses) {
                List<Measurement> having =
                        measurements.stream().filter(m -> m.losses().containsKey(loss)).toList();
                plot.add(
                        runs.size() == 1 ? loss : run.getKey() + ": " + loss,
                        having.stream().mapToDouble(Measurement::tokens).toArray(),
                        having.stream().mapToDouble(m -> m.losses().get(loss)).toArray(),
                        smoothing);
            }
        }
        return plot;
    }

    /**
     * Adds a curve.
     *
     * @param x ascending
     * @param y as many as {@code x}
     * @param smoothing points to average over; if above 1, the points themselves are drawn faintly
     * @return this plot
     * @throws IllegalArgumentException if the lengths differ or a number is not finite
     */
    public CurvePlot add(String name, double[] x, double[] y, int smoothing) {
        return add(new Curve(name, x.clone(), y.clone(), Math.max(1, smoothing), false));
    }

    /**
     * Adds a curve with a mark on each point; a single point is a mark alone.
     *
     * @param x ascending
     * @param y as many as {@code x}
     * @return this plot
     * @throws IllegalArgumentException if the lengths differ or a number is not finite
     */
    public CurvePlot addMarked(String name, double[] x, double[] y) {
        return add(new Curve(name, x.clone(), y.clone(), 1, true));
    }

    private CurvePlot add(Curve curve) {
        double[] x = curve.x;
        double[] y = curve.y;
        boolean finite = Arrays.stream(x).allMatch(Double::isFinite);
        if (x.length != y.length || !finite || !Arrays.stream(y).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "curve '%s' needs as many finite x as y, but has %d and %d"
                            .formatted(curve.name, x.length, y.length));
        }
        curves.add(curve);
        return this;
    }

    /**
     * Writes the picture.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Files.writeString(file, svg());
    }

    /** The picture as SVG text. */
    public String svg() {
        Axis x = Axis.over(curves.stream().map(Curve::x).toList(), LEFT, WIDTH - RIGHT);
        Axis y = Axis.over(curves.stream().map(Curve::y).toList(), HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"
                     font-family="system-ui, sans-serif" font-size="13" fill="#333">
                <rect width="100%%" height="100%%" fill="#fff"/>
                """
                        .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
        text(svg, (LEFT + WIDTH - RIGHT) / 2, 28, "middle", title, "font-size=\"17\"");
        text(svg, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "middle", xLabel, "");
        int middle = (TOP + HEIGHT - BOTTOM) / 2;
        text(svg, 18, middle, "middle", yLabel, "transform=\"rotate(-90 18 " + middle + ")\"");
        for (double tick : x.ticks()) {
            line(svg, x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
            text(svg, x.at(tick), HEIGHT - BOTTOM + 20, "middle", x.label(tick), "");
        }
        for (double tick : y.ticks()) {
            line(svg, LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
            text(svg, LEFT - 8, y.at(tick) + 4, "end", y.label(tick), "");
        }
        for (int i = 0; i < curves.size(); i++) {
            draw(svg, curves.get(i), COLOURS.get(i % COLOURS.size()), x, y);
        }
        for (int i = 0; i < curves.size(); i++) {
            legend(svg, i);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(StringBuilder svg, Curve curve, String colour, Axis x, Axis y) {
        if (curve.smoothing > 1) {
            polyline(svg, curve.x, curve.y, colour, "stroke-width=\"1\" opacity=\"0.25\"", x, y);
        }
        double[] smooth = smooth(curve.y, curve.smoothing);
        polyline(svg, curve.x, smooth, colour, "stroke-width=\"2\"", x, y);
        for (int i = 0; curve.marked && i < curve.x.length; i++) {
            mark(svg, x.at(curve.x[i]), y.at(curve.y[i]), colour);
        }
    }

    private static void mark(StringBuilder svg, double x, double y, String colour) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\"/>%n",
                        x,
                        y,
                        MARK_RADIUS,
                        colour));
    }

    private void legend(StringBuilder svg, int i) {
        int top = TOP + 18 + 20 * i;
        svg.append(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>\n"
                        .formatted(
                                WIDTH - RIGHT - 42,
                                top - 4,
                                WIDTH - RIGHT - 16,
                                top - 4,
                                COLOURS.get(i % COLOURS.size())));
        text(svg, WIDTH - RIGHT - 50, top, "end", curves.get(i).name, "");
    }

    private static void polyline(
            StringBuilder svg,
            double[] xs,
            double[] ys,
            String colour,
            String attributes,
            Axis x,
            Axis y) {
        svg.append("<polyline fill=\"none\" stroke=\"%s\" %s".formatted(colour, attributes));
        svg.append(" stroke-linejoin=\"round\" points=\"");
        int stride = Math.max(1, (xs.length + MAX_POINTS - 1) / MAX_POINTS);
        for (int i = 0; i < xs.length; i += stride) {
            int to = Math.min(i + stride, xs.length);
            // The mean of neighbours keeps the picture small and hides no trend.
            double meanX = Arrays.stream(xs, i, to).average().orElseThrow();
            double meanY = Arrays.stream(ys, i, to).average().orElseThrow();
            svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.at(meanX), y.at(meanY)));
        }
        svg.append("\"/>\n");
    }

    /** Each value becomes the mean of the {@code window} values around it. */
    private static double[] smooth(double[] values, int window) {
        return IntStream.range(0, values.length)
                .mapToDouble(
                        i -> {
                            int from = Math.max(0, i - window / 2);
                            int to = Math.min(values.length, i + (window + 1) / 2);
                            return Arrays.stream(values, from, to).average().orElseThrow();
                        })
                .toArray();
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                        x1,
                        y1,
                        x2,
                        y2));
    }

    private static void text(
            StringBuilder svg, double x, double y, String anchor, String text, String attributes) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
                        x,
                        y,
                        anchor,
                        attributes,
                        escaped));
    }

    /** Numbers from {@code low} to {@code high}, drawn from {@code from} to {@code to} pixels. */
    private record Axis(double low, double high, double step, double from, double to) {
        /** Spans all values, widened to whole steps of 1, 2 or 5 times a power of ten. */
        static Axis over(List<double[]> values, double from, double to) {
            double low = values.stream().flatMapToDouble(Arrays::stream).min().orElse(0);
            double high = values.stream().flatMapToDouble(Arrays::stream).max().orElse(1);
            double span = high > low ? high - low : Math.max(1, Math.abs(high));
            double power = Math.pow(10, Math.floor(Math.log10(span / TICKS)));
            double multiple = span / TICKS / power;
            double step = power * (multiple <= 1 ? 1 : multiple <= 2 ? 2 : multiple <= 5 ? 5 : 10);
            double first = Math.floor(low / step) * step;
            double last = Math.max(first + step, Math.ceil(high / step) * step);
            return new Axis(first, last, step, from, to);
        }

        double at(double value) {
            return from + (value - low) / (high - low) * (to - from);
        }

        double[] ticks() {
            long count = Math.round((high - low) / step);
            return IntStream.rangeClosed(0, (int) count).mapToDouble(i -> low + i * step).toArray();
        }

        /** With k, M or G for thousands, and as many decimals as the step needs. */
        String label(double tick) {
            double largest = Math.max(Math.abs(low), Math.abs(high));
            int thousands = (int) Math.clamp(Math.floor(Math.log10(largest) / 3), 0, 3);
            double unit = Math.pow(1000, thousands);
            int decimals = (int) Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
            String suffix = tick == 0 ? "" : List.of("", "k", "M", "G").get(thousands);
            return String.format(Locale.ROOT, "%." + decimals + "f", tick / unit) + suffix;
        }
    }
}
