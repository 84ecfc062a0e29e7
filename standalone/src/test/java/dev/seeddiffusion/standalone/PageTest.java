package dev.seeddiffusion.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.ReducedMotion;
import dev.seeddiffusion.inference.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page in a real browser, on the shipped model. */
@EnabledIf(value = "isThereChromium", disabledReason = PageTest.NO_CHROMIUM)
class PageTest {

    static final String NO_CHROMIUM =
            "there is no Chromium on the PATH. Install it, on Debian by apt install chromium.";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SIGNATURE =
            "def count_long(words, limit):\n"
                    + "    \"\"\"Return the number of words in words that are longer than limit.\"\"\"\n";
    private static final Pattern SUMMARY =
            Pattern.compile("\\d+ tokens in \\d+ forwards? and [\\d,]+ ms.*\\.");

    private static Chromium chromium;

    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    static boolean isThereChromium() {
        boolean is = Chromium.find().isPresent();
        if (!is) {
            System.out.println("The page is not tested: " + NO_CHROMIUM);
        }
        return is;
    }

    @BeforeAll
    static void start() {
        chromium = new Chromium(Chromium.find().orElseThrow());
        PlaywrightAssertions.setDefaultAssertionTimeout(Waiting.PATIENCE.toMillis());
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @AfterEach
    void nothing_was_refused_and_no_other_host_asked() {
        context.close();
        assertThat(complaints).isEmpty();
        assertThat(requests).isNotEmpty().allMatch(url -> url.startsWith(ShippedModel.uri()));
    }

    @Test
    void what_denoises_on_the_canvas_ends_as_what_the_api_returns() {
        open(ReducedMotion.NO_PREFERENCE);
        write(SIGNATURE);
        choose("decoding", "diffusion");
        watchCanvas();

        page.keyboard().press("Control+Enter");

        String expected =
                SIGNATURE
                        + post(
                                        "/v1/completions",
                                        Map.of("prompt", SIGNATURE, "decoding", "diffusion"))
                                .at("/choices/0/text")
                                .asString();
        awaitCanvas(expected);
        List<String> seen = seenOnCanvas();
        assertThat(seen).hasSizeGreaterThan(3).startsWith(SIGNATURE).endsWith(expected);
        assertThat(seen).anySatisfy(draft -> assertThat(draft).contains("░"));
        assertThat(page.locator("#status")).hasText(SUMMARY);
        assertThat(page.locator("#cached")).hasText("0");
        assertThat(page.locator("#canvas")).hasAttribute("aria-busy", "false");

        Locator slider = page.locator("#step");
        slider.press("Home");
        assertThat(page.locator("#step-name")).hasText(Pattern.compile("step 1 of \\d+"));
        assertThat(canvas()).isNotEqualTo(expected);
        slider.press("End");
        assertThat(canvas()).isEqualTo(expected);

        page.click("#keep");
        page.locator("input[name=mode]").first().focus(); // the editor writes what it holds
        assertThat(code()).isEqualTo(expected);
    }

    @Test
    void escape_cancels_and_the_page_goes_on() {
        open(ReducedMotion.REDUCE);
        write(SIGNATURE);
        CountDownLatch goOn = new CountDownLatch(1);
        ShippedModel.device().execute(() -> Waiting.await(goOn));
        try {
            page.keyboard().press("Control+Enter");
            assertThat(page.locator("#cancel")).isEnabled();
            page.keyboard().press("Escape");
            assertThat(page.locator("#status")).hasText("Cancelled.");
        } finally {
            goOn.countDown();
        }

        page.click("#run");
        assertThat(page.locator("#status")).hasText(SUMMARY);
    }

    @Test
    void what_is_selected_is_written_anew_and_all_else_kept() {
        open(ReducedMotion.REDUCE);
        page.check("input[value=infill]");
        String code = code();
        page.click("#run");
        assertThat(page.locator("#status")).hasText(SUMMARY);

        List<Object> segments = new ArrayList<>(List.of(code.split("True", 2)));
        segments.add(1, Map.of("hole", true));
        String expected = post("/v1/infill", Map.of("segments", segments)).at("/text").asString();
        assertThat(canvas()).isEqualTo(expected).contains("if len(");
    }

    @Test
    void several_carets_are_several_holes() {
        open(ReducedMotion.REDUCE);
        page.check("input[value=infill]");
        String[] kept = code().split("True| 1(?=\n)", -1);
        page.evaluate(
                """
                () => document.querySelector(".CodeMirror").CodeMirror.setSelections([
                  {anchor: {line: 4, ch: 11}, head: {line: 4, ch: 15}},
                  {anchor: {line: 5, ch: 20}, head: {line: 5, ch: 22}}])
                """);
        page.click("#run");
        assertThat(page.locator("#status")).hasText(SUMMARY);

        Map<String, Boolean> hole = Map.of("hole", true);
        List<Object> segments = List.of(kept[0], hole, kept[1], hole, kept[2]);
        String expected = post("/v1/infill", Map.of("segments", segments)).at("/text").asString();
        assertThat(canvas()).isEqualTo(expected).contains("+= 1");
    }

    @Test
    void code_is_changed_as_the_instruction_says() {
        open(ReducedMotion.REDUCE);
        page.check("input[value=edit]");
        String code = code();
        page.fill("#instruction", "Fix the bug in descending_numbers.");
        page.press("#instruction", "Control+Enter");
        assertThat(page.locator("#status")).hasText(SUMMARY);

        String asked =
                "<|code_to_edit|>\n%s<|/code_to_edit|>\nFix the bug in descending_numbers."
                        .formatted(code);
        String said =
                post(
                                "/v1/edit/completions",
                                Map.of(
                                        "messages",
                                        List.of(Map.of("role", "user", "content", asked))))
                        .at("/choices/0/message/content")
                        .asString();
        assertThat("```\n" + canvas() + "\n```").isEqualTo(said);
        assertThat(canvas()).contains("sort").isNotEqualTo(code);
    }

    @Test
    void a_race_shows_blocks_and_one_token_at_a_time_side_by_side() {
        open(ReducedMotion.NO_PREFERENCE);
        write(SIGNATURE);

        page.click("#race");

        assertThat(page.locator("#status"))
                .hasText(
                        Pattern.compile("(Blocks|One token at a time) took .* times less time\\."));
        assertThat(page.locator("#second-lane-figures"))
                .hasText(Pattern.compile("(\\d+) tokens in \\1 forwards and [\\d,]+ ms\\."));
        assertThat(page.locator("#first-lane").textContent())
                .startsWith(SIGNATURE)
                .isEqualTo(page.locator("#second-lane").textContent());
    }

    @Test
    void whoever_is_signed_on_shows_the_token_that_other_pages_cannot_read() {
        open(ReducedMotion.REDUCE);
        context.addCookies(List.of(new Cookie("XSRF-TOKEN", "a b%2B").setUrl(ShippedModel.uri())));

        Request request = page.waitForRequest("**/v1/completions", () -> page.click("#run"));

        assertThat(request.headerValue("X-XSRF-TOKEN")).isEqualTo("a b+");
        assertThat(page.locator("#status")).hasText(SUMMARY);
    }

    @Test
    void a_refusal_is_told_in_the_servers_words() {
        open(ReducedMotion.REDUCE);
        write("x = 1\n".repeat(400));

        page.click("#run");

        assertThat(page.locator("#status")).hasText(Pattern.compile(".*384.*"));
        complaints.removeIf(text -> text.contains("status of 400")); // the browser's note of it
    }

    /** Run with {@code -Dpage.screenshot=true} to write the picture that the README shows. */
    @Test
    @EnabledIfSystemProperty(named = "page.screenshot", matches = "true")
    void the_readme_shows_the_page() {
        open(ReducedMotion.REDUCE);
        choose("decoding", "diffusion");
        page.click("#run");
        assertThat(page.locator("#status")).hasText(SUMMARY);
        Locator slider = page.locator("#step");
        for (int step = 0; step < 12; step++) {
            slider.press("ArrowLeft");
        }
        slider.blur();
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(Path.of("../docs/page.png"))
                        .setFullPage(true));
    }

    private void open(ReducedMotion motion) {
        context = chromium.open(motion);
        page = context.newPage();
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error") || message.type().equals("warning")) {
                        complaints.add(message.text());
                    }
                });
        page.onPageError(complaints::add);
        page.onRequest(request -> requests.add(request.url()));
        page.navigate(ShippedModel.uri());
        assertThat(page.locator("#model")).containsText("nano");
    }

    private void write(String text) {
        page.locator(".CodeMirror").click();
        page.keyboard().press("Control+A");
        page.keyboard().insertText(text);
    }

    private void choose(String select, String value) {
        page.selectOption("#" + select, value);
    }

    private String canvas() {
        return page.locator("#canvas").textContent();
    }

    /** Keeps each text that the canvas shows from now on. */
    private void watchCanvas() {
        page.evaluate(
                """
                () => {
                  const canvas = document.getElementById("canvas");
                  window.seen = [];
                  new MutationObserver(() => window.seen.push(canvas.textContent))
                    .observe(canvas, {childList: true});
                }
                """);
    }

    private List<String> seenOnCanvas() {
        return ((List<?>) page.evaluate("() => window.seen"))
                .stream().map(String::valueOf).toList();
    }

    private void awaitCanvas(String text) {
        page.waitForCondition(() -> canvas().equals(text));
    }

    /** The lines of the editor, which shows some spaces as others. */
    private String code() {
        return String.join("\n", page.locator(".CodeMirror-line").allTextContents())
                .replace("\u200b", "")
                .replace('\u00a0', ' ');
    }

    private static JsonNode post(String path, Map<String, Object> body) {
        return ShippedModel.client()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JSON.writeValueAsString(body))
                .retrieve()
                .bodyToMono(String.class)
                .map(JSON::readTree)
                .block();
    }
}
