package dev.seeddiffusion.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The tokenizer of Qwen2.5, which the published models made from it have: {@code -Dtokenizer=DIR
 * -Dcorpus=FILE} name its folder and a corpus of functions.
 */
@EnabledIfSystemProperty(named = "tokenizer", matches = ".+", disabledReason = "names a file")
class PublishedTokenizerTest {

    private static final int END = 151_643;
    private static final int BEYOND_THE_FILE = 151_665;
    private static final int FUNCTIONS = 10_000;
    private static CodeTokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer =
                CodeTokenizer.open(
                        Path.of(System.getProperty("tokenizer")),
                        new SpecialTokens(END, BEYOND_THE_FILE, null));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void functions_come_back_as_they_were() {
        AtomicInteger seen = new AtomicInteger();
        new Corpus(List.of(Path.of(System.getProperty("corpus"))))
                .forEach(
                        function -> {
                            if (seen.getAndIncrement() < FUNCTIONS) {
                                String code = function.code();
                                assertThat(tokenizer.decode(tokenizer.encode(code)))
                                        .isEqualTo(Normalizer.normalize(code, Normalizer.Form.NFC));
                            }
                        });
        assertThat(seen.get()).isGreaterThanOrEqualTo(FUNCTIONS);
    }

    @Test
    void text_becomes_the_ids_that_are_known_of_it() {
        assertThat(tokenizer.encode("Hello, world!")).containsExactly(9707, 11, 1879, 0);
        assertThat(tokenizer.encodeMarkup("<|im_end|>\n")).containsExactly(151_645, 198);
        assertThat(tokenizer.encode("<|im_end|>")).doesNotContain(151_645).hasSizeGreaterThan(3);
    }
}
