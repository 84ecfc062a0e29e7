package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.sampling.Draw;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOptions {

    @Option(
            names = "--decoding",
            description = "${COMPLETION-CANDIDATES}; the checkpoint's default, if not given.")
    private @Nullable DecodingMode decoding;

    @Option(names = "--temperature", defaultValue = "0", description = "0 takes the likeliest.")
    private double temperature;

    @Option(names = "--top-p", defaultValue = "1", description = "Share to sample from.")
    private double topP;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal text.")
    private long seed;

    DecodingMode decoding(LoadedModel loaded) {
        return decoding == null ? loaded.sampler().decoding() : decoding;
    }

    double temperature() {
        return temperature;
    }

    double topP() {
        return topP;
    }

    long seed() {
        return seed;
    }

    /**
     * @param output which one of many: each has a seed of its own, counted from the one given
     */
    SamplingSettings settings(LoadedModel loaded, int maxTokens, int output, boolean drafts) {
        return SamplingSettings.of(maxTokens, loaded.denoising())
                .in(drafts && decoding == null ? DecodingMode.DIFFUSION : decoding(loaded))
                .drawn(new Draw(temperature, topP, seed + output))
                .drafting(drafts);
    }
}
