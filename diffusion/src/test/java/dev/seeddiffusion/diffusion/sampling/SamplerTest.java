package dev.seeddiffusion.diffusion.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sampling on a real, random model. */
class SamplerTest {

    private static final String PROMPT = "def is_prime(n):\n";

    @TempDir private static Path folder;
    private static CodeTokenizer tokenizer;
    private static TorchScriptTransformer model;
    private static Sampler sampler;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = TinyCheckpoint.tokenizer(folder);
        model = TinyCheckpoint.model(folder, tokenizer);
        sampler = new Sampler(model, tokenizer);
    }

    @AfterAll
    static void close() {
        model.close();
        tokenizer.close();
    }

    @ParameterizedTest(name = "temperature {0}")
    @ValueSource(doubles = {0, 0.8, 1.5})
    void equal_seeds_give_equal_output(double temperature) {
        assertThat(text(settings(temperature, 1, 5))).isEqualTo(text(settings(temperature, 1, 5)));
    }

    @Test
    void other_seeds_give_other_output() {
        Set<String> texts =
                LongStream.range(0, 10)
                        .mapToObj(seed -> text(settings(1, 1, seed)))
                        .collect(Collectors.toSet());
        assertThat(texts).hasSizeGreaterThan(5);
    }

    @Test
    void a_tiny_share_of_probability_leaves_the_likeliest_token() {
        assertThat(text(settings(1, 1e-6, 5))).isEqualTo(text(settings(0, 1, 5)));
    }

    @Test
    void generations_that_take_turns_do_not_disturb_each_other() {
        String alone = text(settings(0.8, 1, 1));
        StringBuilder first = new StringBuilder();
        try (Generation one = sampler.start(PROMPT, settings(0.8, 1, 1));
                Generation other = sampler.start("return ", settings(0.8, 1, 2))) {
            while (!one.isFinished()) {
                collect(one.step(), first);
                if (!other.isFinished()) {
                    other.step();
                }
            }
        }
        assertThat(first).hasToString(alone);
    }

    @Test
    void text_that_spells_a_special_token_is_plain_text() {
        assertThat(sampler.prompt("x = '<|mask|>' ").tokens()).doesNotContain(tokenizer.mask());
        assertThat(sampler.prompt("<|endoftext|> ").tokens())
                .containsOnlyOnce(tokenizer.documentEnd())
                .startsWith(tokenizer.documentEnd());
    }

    private static String text(SamplingSettings settings) {
        StringBuilder text = new StringBuilder();
        try (Generation generation = sampler.start(PROMPT, settings)) {
            while (!generation.isFinished()) {
                collect(generation.step(), text);
            }
        }
        return text.toString();
    }

    private static void collect(List<SamplingEvent> events, StringBuilder text) {
        for (SamplingEvent event : new ArrayList<>(events)) {
            if (event instanceof SamplingEvent.Committed committed) {
                text.append(committed.text());
            }
        }
    }

    private static SamplingSettings settings(double temperature, double topP, long seed) {
        return SamplingSettings.greedy(40, 8, 0.9).drawn(new Draw(temperature, topP, seed));
    }
}
