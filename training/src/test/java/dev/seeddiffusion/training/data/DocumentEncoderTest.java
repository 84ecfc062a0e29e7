package dev.seeddiffusion.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.AttentionBlocks;
import dev.seeddiffusion.diffusion.model.Forward;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.model.Logits;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens.Infilling;
import dev.seeddiffusion.training.data.DocumentEncoder.Encoded;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentEncoderTest {

    @TempDir private static Path folder;
    private static final FunctionGrammar GRAMMAR = new FunctionGrammar(1, Split.TRAIN);
    private static CodeTokenizer tokenizer;
    private static Infilling infilling;
    private static DocumentEncoder encoder;

    @BeforeAll
    static void train() throws IOException {
        Path file = folder.resolve(CodeTokenizer.FILE);
        new BpeTrainer(500).train(LongStream.range(0, 300).mapToObj(i -> code(i)), file);
        tokenizer = CodeTokenizer.open(file);
        infilling = tokenizer.infilling().orElseThrow();
        encoder = new DocumentEncoder(tokenizer);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void of_a_plain_text_only_the_documents_beginning_is_given() {
        Encoded encoded = encoder.encode(Document.of(code(3)));

        assertThat(encoded.ids()).isEqualTo(ids(end(), tokenizer.encode(code(3)), end()));
        assertThat(encoded.given()).isEqualTo(1);
    }

    @Test
    void a_prompt_and_its_answer_are_read_as_one_text() {
        String prompt = "def f(x):\n    return";
        Encoded encoded = encoder.encode(Document.of(prompt, " x\n"));

        assertThat(encoded.ids()).isEqualTo(ids(end(), tokenizer.encode(prompt + " x\n"), end()));
    }

    @Test
    void the_prompts_last_pretoken_is_asked_for_because_the_model_produces_it_again() {
        assertThat(tokenizer.encode("return")).as("one token").hasSize(1);
        assertThat(tokenizer.encode("\n    ")).as("one token").hasSize(1);

        Encoded inName = encoder.encode(Document.of("def f(x):\n    ret", "urn x\n"));
        Encoded atWord = encoder.encode(Document.of("def f(x):\n    return", " x\n"));
        Encoded inSpace = encoder.encode(Document.of("def f(x):\n", "    return x\n"));

        assertThat(tokenizer.decode(given(inName))).isEqualTo("def f(x):\n    ");
        assertThat(tokenizer.decode(asked(inName))).isEqualTo("return x\n");
        assertThat(tokenizer.decode(given(atWord))).isEqualTo("def f(x):\n    ");
        assertThat(tokenizer.decode(asked(atWord))).isEqualTo("return x\n");
        assertThat(tokenizer.decode(given(inSpace))).isEqualTo("def f(x):");
        assertThat(tokenizer.decode(asked(inSpace))).isEqualTo("\n    return x\n");
    }

    @Test
    void a_character_of_several_tokens_is_not_torn_from_the_prompt() {
        Encoded encoded = encoder.encode(Document.of("x = 'ä€'", " + 'ö'\n"));

        assertThat(tokenizer.decode(given(encoded))).isEqualTo("x = 'ä");
        assertThat(tokenizer.decode(asked(encoded))).isEqualTo("€' + 'ö'\n");
    }

    @Test
    void a_hole_is_laid_out_suffix_first_and_its_surroundings_are_given() {
        Encoded encoded = encoder.encode(new Document(" + 1\n", "def f(x):\n    return", " x"));

        assertThat(encoded.ids())
                .isEqualTo(
                        ids(
                                end(),
                                new int[] {infilling.suffix()},
                                tokenizer.encode(" + 1\n"),
                                new int[] {infilling.prefix()},
                                tokenizer.encode("def f(x):\n    return x"),
                                end()));
        assertThat(tokenizer.decode(asked(encoded))).isEqualTo("return x");
    }

    @Test
    void text_that_spells_a_special_token_is_text() {
        String text = SpecialTokens.FIM_PREFIX + SpecialTokens.MASK + SpecialTokens.DOCUMENT_END;
        Encoded encoded = encoder.encode(new Document(text, text, text));

        assertThat(IntStream.of(encoded.ids()).filter(id -> tokenizer.bytes(id).length == 0))
                .containsExactly(
                        tokenizer.documentEnd(),
                        infilling.suffix(),
                        infilling.prefix(),
                        tokenizer.documentEnd());
    }

    @Test
    void what_is_given_is_what_the_sampler_reads_of_the_same_prompt() {
        Sampler sampler = new Sampler(new NoModel(config()), tokenizer);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            String code = code(i);
            int cut = random.nextInt(code.length());
            int end = cut + 1 + random.nextInt(code.length() - cut);
            String before = code.substring(0, cut);
            String after = code.substring(end);
            Encoded completion = encoder.encode(Document.of(before, code.substring(cut)));
            Encoded hole = encoder.encode(new Document(after, before, code.substring(cut, end)));

            assertThat(given(completion)).isEqualTo(sampler.prompt(before).tokens());
            assertThat(given(hole)).isEqualTo(sampler.prompt(before, after).tokens());
            assertThat(tokenizer.decode(asked(completion))).endsWith(code.substring(cut));
            assertThat(tokenizer.decode(asked(hole))).endsWith(code.substring(cut, end));
        }
    }

    @Test
    void a_tokenizer_without_ids_for_holes_is_refused_with_what_to_do() {
        SpecialTokens without = new SpecialTokens(tokenizer.documentEnd(), tokenizer.mask(), null);
        try (CodeTokenizer old = CodeTokenizer.open(folder, without)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new DocumentEncoder(old))
                    .withMessageContaining("./seed tokenizer");
        }
    }

    private static String code(long index) {
        return GRAMMAR.function(index).code();
    }

    private static int[] given(Encoded encoded) {
        return Arrays.copyOf(encoded.ids(), encoded.given());
    }

    private static int[] asked(Encoded encoded) {
        return Arrays.copyOfRange(encoded.ids(), encoded.given(), encoded.ids().length);
    }

    private static int[] end() {
        return new int[] {tokenizer.documentEnd()};
    }

    private static int[] ids(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }

    private static ModelConfig config() {
        return new ModelConfig(
                tokenizer.vocabularySize(),
                64,
                2,
                2,
                2,
                32,
                96,
                256,
                1e-6,
                10_000,
                true,
                tokenizer.documentEnd(),
                tokenizer.mask(),
                SamplingDefaults.of(16, 0.9));
    }

    /** Prompts are read without the weights. */
    private record NoModel(ModelConfig config) implements Transformer {
        @Override
        public KvCache newCache(int capacityTokens, AttentionBlocks blocks) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Logits> forward(List<Forward> asked) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
