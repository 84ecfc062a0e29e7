package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.Usage;
import java.util.List;

/**
 * A request, read and checked as far as that is possible without the model.
 *
 * @param shape how it is answered
 */
record Question(SamplingRequest sampling, Work work, AnswerShape shape) {

    /** Texts that the answer holds. */
    int texts() {
        return switch (work) {
            case PromptText _ -> sampling.n();
            case InfillText text -> text.holes();
        };
    }

    /** The usage of all texts; a prompt that several share counts once. */
    Usage usage(List<Usage> each) {
        List<Usage> prompts = work instanceof PromptText ? each.subList(0, 1) : each;
        return new Usage(
                prompts.stream().mapToInt(Usage::promptTokens).sum(),
                prompts.stream().mapToInt(Usage::cachedTokens).sum(),
                each.stream().mapToInt(Usage::completionTokens).sum(),
                each.stream().mapToInt(Usage::forwards).sum(),
                each.stream().mapToInt(Usage::denoisingSteps).sum());
    }
}
