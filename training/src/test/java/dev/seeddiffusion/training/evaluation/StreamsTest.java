package dev.seeddiffusion.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import dev.seeddiffusion.training.grammar.FunctionGrammar;
import dev.seeddiffusion.training.grammar.Split;
import dev.seeddiffusion.training.trajectory.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(DecodingMode.class)
    void outputs_that_share_forwards_are_those_written_alone(DecodingMode mode) throws IOException {
        FunctionGrammar grammar = new FunctionGrammar(1, Split.TRAIN);
        Path file = folder.resolve(CodeTokenizer.FILE);
        new BpeTrainer(400)
                .train(LongStream.range(0, 100).mapToObj(i -> grammar.function(i).code()), file);
        try (CodeTokenizer tokenizer = CodeTokenizer.open(file);
                Transformer model = TinyModel.random(folder, tokenizer, 256)) {
            Sampler sampler = new Sampler(model, tokenizer);
            SamplingSettings settings = SamplingSettings.greedy(24, 8, 0.5).in(mode);
            List<String> prompts =
                    LongStream.range(0, 7).mapToObj(i -> grammar.function(i).prompt()).toList();
            List<Supplier<Generation>> generations =
                    prompts.stream()
                            .<Supplier<Generation>>map(
                                    prompt -> () -> sampler.start(prompt, settings))
                            .toList();

            Streams.Figures figures = Streams.write(model, generations, 3);

            assertThat(figures.texts())
                    .isEqualTo(
                            prompts.stream()
                                    .map(prompt -> Output.of(sampler, prompt, settings).text())
                                    .toList());
            assertThat(figures.tokensPerSecond()).isPositive();
            assertThat(figures.overheadShare()).isBetween(0.0, 1.0);
        }
    }
}
