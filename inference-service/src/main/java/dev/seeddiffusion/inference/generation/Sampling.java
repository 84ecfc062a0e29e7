package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.Edit;
import dev.seeddiffusion.common.generation.FinishReason;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.common.generation.PrefixChoice;
import dev.seeddiffusion.common.generation.Usage;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.Draw;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Resume;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.SamplingUsage;
import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Between the words of the platform and those of the sampler. */
final class Sampling {

    /** Long enough for a function; who wants more says so. */
    private static final int DEFAULT_MAX_TOKENS = 256;

    /** An edit shows more of the text that it begins with: what stays takes fewer steps. */
    private static final int EDIT_BLOCK_TOKENS = 64;

    private Sampling() {}

    /**
     * @param prompt of the request, as it was read
     * @param sampler has the checkpoint's defaults
     * @param roomTokens that the context leaves for the output
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    static SamplingSettings settings(
            GenerationRequest request, Prompt prompt, Sampler sampler, int roomTokens) {
        int usual = Math.clamp(roomTokens, 1, DEFAULT_MAX_TOKENS);
        int maxTokens = Objects.requireNonNullElse(request.maxTokens(), usual);
        return SamplingSettings.of(maxTokens, denoising(request, prompt, sampler.denoising()))
                .in(request.decoding() == null ? sampler.decoding() : mode(request.decoding()))
                .drawn(new Draw(request.temperature(), request.topP(), request.seed()))
                .within(Objects.requireNonNullElse(request.maxSteps(), Integer.MAX_VALUE))
                .stoppedAt(request.stop())
                .drafting(request.drafts());
    }

    private static Denoising denoising(
            GenerationRequest request, Prompt prompt, Denoising defaults) {
        Denoising denoising = defaults;
        if (request.blockTokens() != null) {
            denoising = denoising.inBlocksOf(request.blockTokens());
        } else if (prompt.isEdited()) {
            denoising = denoising.inBlocksOf(EDIT_BLOCK_TOKENS);
        }
        if (request.threshold() != null) {
            denoising =
                    denoising.placedBy(UnmaskingPolicy.confidenceThreshold(request.threshold()));
        }
        return denoising;
    }

    static Resume resume(GenerationRequest request) {
        return request.resume() == null
                ? Resume.NOTHING
                : new Resume(
                        request.resume().tokens().stream().mapToInt(Integer::intValue).toArray(),
                        request.resume().steps());
    }

    static GenerationEvent event(SamplingEvent event, PrefixChoice prefix, TokenTexts texts) {
        return switch (event) {
            case SamplingEvent.Drafted draft ->
                    new GenerationEvent.Drafted(
                            draft.block(),
                            draft.step(),
                            draft.text(),
                            draft.committedTokens(),
                            draft.tokens(),
                            draft.confidences(),
                            draft.changed());
            case SamplingEvent.Committed committed ->
                    new GenerationEvent.Committed(
                            committed.firstPosition(), texts.of(committed), committed.text());
            case SamplingEvent.Finished(var reason, var usage) ->
                    new GenerationEvent.Finished(finishReason(reason), usage(usage, prefix));
        };
    }

    static Prompt.Edit edit(@Nullable Edit edit) {
        return switch (edit) {
            case null -> Prompt.Edit.NONE;
            case FREE -> Prompt.Edit.FREE;
            case KEEPING -> Prompt.Edit.KEEPING;
        };
    }

    private static DecodingMode mode(Decoding decoding) {
        return switch (decoding) {
            case DIFFUSION -> DecodingMode.DIFFUSION;
            case AUTOREGRESSIVE -> DecodingMode.AUTOREGRESSIVE;
            case LOSSLESS -> DecodingMode.LOSSLESS;
        };
    }

    private static FinishReason finishReason(SamplingEvent.Reason reason) {
        return switch (reason) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
        };
    }

    private static Usage usage(SamplingUsage usage, PrefixChoice prefix) {
        return new Usage(
                usage.promptTokens(),
                usage.cachedTokens(),
                usage.completionTokens(),
                usage.forwards(),
                usage.steps(),
                prefix);
    }
}
