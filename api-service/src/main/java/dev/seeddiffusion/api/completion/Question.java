package dev.seeddiffusion.api.completion;

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
}
