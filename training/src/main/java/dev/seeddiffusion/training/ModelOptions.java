package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which checkpoint writes, and how its blocks are denoised. */
final class ModelOptions {

    @Option(
            names = "--model",
            defaultValue = "models/nano",
            paramLabel = "DIR",
            description = "Checkpoint.")
    private Path folder = Path.of("");

    @Option(
            names = "--block",
            paramLabel = "N",
            description = "Tokens denoised together; the checkpoint's default, if not given.")
    private @Nullable Integer blockTokens;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            description =
                    "Confidence from which a token is placed; the checkpoint's default, if not given.")
    private @Nullable Double threshold;

    @Option(
            names = "--policy",
            paramLabel = "NAME:VALUE",
            converter = PolicyConverter.class,
            description = "Instead of a threshold: " + PolicyConverter.KNOWN + ".")
    private @Nullable NamedPolicy policy;

    @Option(
            names = "--revise",
            paramLabel = "P",
            description = {
                "Confidence from which another token replaces a placed one, 0 for never; the",
                "checkpoint's default, if not given."
            })
    private @Nullable Double revise;

    Path folder() {
        return folder;
    }

    LoadedModel load() {
        LoadedModel loaded = LoadedModel.open(folder);
        return loaded.denoisedBy(denoising(loaded.denoising()));
    }

    private Denoising denoising(Denoising defaults) {
        Denoising denoising = defaults;
        if (blockTokens != null) {
            denoising = denoising.inBlocksOf(blockTokens);
        }
        if (threshold != null) {
            denoising = denoising.placedBy(UnmaskingPolicy.confidenceThreshold(threshold));
        }
        if (policy != null) {
            denoising = denoising.placedBy(policy.policy());
        }
        if (revise != null) {
            denoising = denoising.revisedFrom(revise == 0 ? null : revise);
        }
        return denoising;
    }

    /** How blocks are denoised, for a report. */
    Map<String, Object> figures(LoadedModel loaded) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("block_tokens", loaded.denoising().blockTokens());
        if (policy != null) {
            figures.put("policy", policy.name());
        } else {
            double usual = loaded.model().config().sampling().threshold();
            figures.put("threshold", Objects.requireNonNullElse(threshold, usual));
        }
        if (loaded.denoising().reviseThreshold() != null) {
            figures.put("revise_threshold", loaded.denoising().reviseThreshold());
        }
        return figures;
    }
}
