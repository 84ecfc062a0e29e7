package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.ModelDescription;
import dev.seeddiffusion.common.generation.PlacedToken;
import dev.seeddiffusion.common.generation.Usage;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.SamplingUsage;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import java.util.Objects;

/** Between the words of the platform and those of the sampler. */
final class Sampling {

    /** Long enough for a function; who wants more says so. */
    private static final int DEFAULT_MAX_TOKENS = 256;

    private Sampling() {}

    /**
     * @param model gives the defaults
     * @param promptTokens that the context holds besides
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    static SamplingSettings settings(
            GenerationRequest request, ModelDescription model, int promptTokens) {
        int left = Math.max(1, model.contextTokens() - promptTokens);
        return new SamplingSettings(
                mode(request.decoding()),
                Objects.requireNonNullElse(request.maxTokens(), Math.min(DEFAULT_MAX_TOKENS, left)),
                request.temperature(),
                request.topP(),
                request.seed(),
                request.stop(),
                Objects.requireNonNullElse(request.blockTokens(), model.blockTokens()),
                UnmaskingPolicy.confidenceThreshold(
                        Objects.requireNonNullElse(request.threshold(), model.threshold())),
                request.drafts());
    }

    static GenerationEvent event(SamplingEvent event) {
        return switch (event) {
            case SamplingEvent.Drafted(var block, var step, var text) ->
                    new GenerationEvent.Drafted(block, step, text);
            case SamplingEvent.Committed(var firstPosition, var tokens, var text) ->
                    new GenerationEvent.Committed(
                            firstPosition,
                            tokens.stream()
                                    .map(it -> new PlacedToken(it.id(), it.step(), it.confidence()))
                                    .toList(),
                            text);
            case SamplingEvent.Finished(var reason, var usage) ->
                    new GenerationEvent.Finished(finishReason(reason), usage(usage));
        };
    }

    private static SamplingSettings.Mode mode(Decoding decoding) {
        return switch (decoding) {
            case DIFFUSION -> SamplingSettings.Mode.DIFFUSION;
            case AUTOREGRESSIVE -> SamplingSettings.Mode.AUTOREGRESSIVE;
        };
    }

    private static FinishReason finishReason(SamplingEvent.Reason reason) {
        return switch (reason) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
        };
    }

    private static Usage usage(SamplingUsage usage) {
        return new Usage(
                usage.promptTokens(),
                usage.cachedTokens(),
                usage.completionTokens(),
                usage.forwards(),
                usage.steps());
    }
}
