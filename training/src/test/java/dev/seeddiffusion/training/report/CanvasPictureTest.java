package dev.seeddiffusion.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class CanvasPictureTest {

    @Test
    void frames_show_the_prompt_the_text_so_far_and_the_canvas() throws Exception {
        CanvasPicture picture = new CanvasPicture("if a <\n");
        picture.add(drafted(0, 1, "x ░░"));
        picture.add(new SamplingEvent.Committed(0, List.of(), "x & y"));
        picture.add(drafted(1, 2, "░z"));

        List<Element> characters = elements(picture, "text");

        assertThat(texts(characters, "title")).containsExactly("step 1", "step 2");
        assertThat(String.join("", texts(characters, "given"))).isEqualTo("ifa<ifa<");
        assertThat(String.join("", texts(characters, "draft"))).isEqualTo("xz");
        assertThat(texts(characters, "mask")).hasSize(3);
        assertThat(String.join("", texts(characters, ""))).isEqualTo("x&y");
    }

    @Test
    void of_many_frames_a_few_are_shown_the_first_and_the_last_among_them() throws Exception {
        CanvasPicture picture = new CanvasPicture("p");
        IntStream.rangeClosed(1, 40).forEach(step -> picture.add(drafted(0, step, "░")));

        assertThat(texts(elements(picture, "text"), "title"))
                .hasSize(6)
                .startsWith("step 1")
                .endsWith("step 40");
    }

    private static List<String> texts(List<Element> characters, String style) {
        return characters.stream()
                .filter(element -> element.getAttribute("class").equals(style))
                .map(Element::getTextContent)
                .toList();
    }

    private static SamplingEvent drafted(int block, int step, String text) {
        return new SamplingEvent.Drafted(block, step, text, 0, List.of(), List.of(), List.of());
    }

    private static List<Element> elements(CanvasPicture picture, String name) throws Exception {
        Document svg =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(picture.svg())));
        return IntStream.range(0, svg.getElementsByTagName(name).getLength())
                .mapToObj(i -> (Element) svg.getElementsByTagName(name).item(i))
                .toList();
    }
}
