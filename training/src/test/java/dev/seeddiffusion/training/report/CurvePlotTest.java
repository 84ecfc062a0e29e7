package dev.seeddiffusion.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class CurvePlotTest {
    @TempDir Path folder;

    @Test
    void holds_titles_legend_ticks_and_one_line_a_curve() throws Exception {
        Document svg =
                parse(
                        new CurvePlot("Loss & <more>", "tokens", "nats")
                                .add("first", new double[] {0, 1e6, 4e6}, new double[] {4, 2, 1}, 1)
                                .add("second", new double[] {0, 4e6}, new double[] {3, 3}, 1));

        assertThat(texts(svg)).contains("Loss & <more>", "tokens", "nats", "first", "second");
        assertThat(texts(svg)).contains("2M", "4M", "2.5");
        assertThat(elements(svg, "polyline")).hasSize(2);
        assertThat(points(elements(svg, "polyline").getFirst()))
                .isEqualTo(new double[][] {{70, 50}, {262.5, 296.7}, {840, 420}});
    }

    @Test
    void smoothing_draws_the_mean_over_the_faint_points() throws Exception {
        double[] x = IntStream.range(0, 100).asDoubleStream().toArray();
        double[] y = IntStream.range(0, 100).mapToDouble(i -> i % 2).toArray();

        Document svg = parse(new CurvePlot("", "", "").add("saw", x, y, 10));

        List<Element> lines = elements(svg, "polyline");
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().getAttribute("opacity")).isEqualTo("0.25");
        double middle = (50 + 420) / 2.0;
        assertThat(points(lines.getLast())[50][1]).isEqualTo(middle);
    }

    @Test
    void a_long_run_stays_a_small_picture() {
        double[] x = IntStream.range(0, 100_000).asDoubleStream().toArray();

        assertThat(new CurvePlot("", "", "").add("long", x, x, 1).svg()).hasSizeLessThan(20_000);
    }

    @Test
    void draws_the_losses_of_runs_from_their_metrics_files() throws Exception {
        Path one = run("one.jsonl", Map.of("mask", 3.0, "nextToken", 2.0));
        Path two = run("two.jsonl", Map.of("nextToken", 2.5));

        Document single = parse(CurvePlot.ofLosses(Map.of("one", one), 1));
        Document both = parse(CurvePlot.ofLosses(Map.of("one", one, "two", two), 1));

        assertThat(texts(single)).contains("mask", "nextToken", "clean tokens");
        assertThat(texts(both)).contains("one: mask", "one: nextToken", "two: nextToken");
        assertThat(elements(both, "polyline")).hasSize(3);
    }

    @Test
    void an_empty_plot_and_a_single_point_are_drawn_all_the_same() throws Exception {
        assertThat(elements(parse(new CurvePlot("", "", "")), "polyline")).isEmpty();
        double[] one = {5};
        Document svg = parse(new CurvePlot("", "", "").add("dot", one, one, 3));
        assertThat(points(elements(svg, "polyline").getFirst())).hasDimensions(1, 2);
    }

    @Test
    void a_marked_curve_has_a_mark_on_each_point_and_may_be_a_point_alone() throws Exception {
        Document svg =
                parse(
                        new CurvePlot("", "", "")
                                .add("plain", new double[] {0, 4}, new double[] {1, 4}, 1)
                                .addMarked("marked", new double[] {0, 4}, new double[] {4, 1})
                                .addMarked("alone", new double[] {2}, new double[] {1}));

        assertThat(texts(svg)).contains("plain", "marked", "alone");
        assertThat(elements(svg, "circle"))
                .extracting(mark -> mark.getAttribute("cx"), mark -> mark.getAttribute("cy"))
                .containsExactly(
                        tuple("70.0", "50.0"), tuple("840.0", "420.0"), tuple("455.0", "420.0"));
        List<Element> lines = elements(svg, "polyline");
        assertThat(elements(svg, "circle"))
                .extracting(mark -> mark.getAttribute("fill"))
                .containsExactly(
                        lines.get(1).getAttribute("stroke"),
                        lines.get(1).getAttribute("stroke"),
                        lines.get(2).getAttribute("stroke"));
    }

    @Test
    void unequal_lengths_and_numbers_that_are_none_are_refused() {
        CurvePlot plot = new CurvePlot("", "", "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.add("c", new double[2], new double[3], 1))
                .withMessageContaining("curve 'c'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.add("c", new double[1], new double[] {Double.NaN}, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.addMarked("m", new double[1], new double[2]))
                .withMessageContaining("curve 'm'");
    }

    private Path run(String name, Map<String, Double> losses) throws Exception {
        Path file = folder.resolve(name);
        try (MetricsFile metrics = MetricsFile.open(file, 0)) {
            for (int step = 1; step <= 3; step++) {
                metrics.append(new Measurement(step, step * 1000L, step, 1000, 0.1, losses));
            }
        }
        return file;
    }

    private static Document parse(CurvePlot plot) throws Exception {
        byte[] svg = plot.svg().getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg));
    }

    private static List<Element> elements(Document svg, String tag) {
        var nodes = svg.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static double[][] points(Element polyline) {
        return Arrays.stream(polyline.getAttribute("points").strip().split(" "))
                .map(
                        point ->
                                Arrays.stream(point.split(","))
                                        .mapToDouble(Double::parseDouble)
                                        .toArray())
                .toArray(double[][]::new);
    }
}
