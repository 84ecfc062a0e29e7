package dev.seeddiffusion.api.completion;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.DefaultChatOptionsBuilder;

/**
 * What a prompt can ask of {@link DiffusionChatModel}: what Spring AI's models have in common, and
 * three of the chat endpoint's own parameters. All are checked as that one checks them.
 *
 * @param common top K and penalties are not supported
 * @param seed equal seeds give equal text
 * @param decoding as the endpoint names them: {@code lossless}, {@code fast}, …
 * @param deadlineMillis what is written by then is the text
 */
public record DiffusionChatOptions(
        ChatOptions common,
        @Nullable Long seed,
        @Nullable String decoding,
        @Nullable Integer deadlineMillis)
        implements ChatOptions {

    public static Builder builder() {
        return new Builder();
    }

    /** Not thread-safe. */
    public static final class Builder extends DefaultChatOptionsBuilder<Builder> {

        private @Nullable Long seed;
        private @Nullable String decoding;
        private @Nullable Integer deadlineMillis;

        private Builder() {}

        public Builder seed(@Nullable Long seed) {
            this.seed = seed;
            return this;
        }

        public Builder decoding(@Nullable String decoding) {
            this.decoding = decoding;
            return this;
        }

        public Builder deadlineMillis(@Nullable Integer deadlineMillis) {
            this.deadlineMillis = deadlineMillis;
            return this;
        }

        @Override
        public Builder combineWith(ChatOptions.Builder<?> other) {
            super.combineWith(other);
            if (other instanceof Builder that) {
                seed = that.seed == null ? seed : that.seed;
                decoding = that.decoding == null ? decoding : that.decoding;
                deadlineMillis = that.deadlineMillis == null ? deadlineMillis : that.deadlineMillis;
            }
            return this;
        }

        @Override
        public DiffusionChatOptions build() {
            return new DiffusionChatOptions(super.build(), seed, decoding, deadlineMillis);
        }
    }

    @Override
    public Builder mutate() {
        return builder()
                .combineWith(common.mutate())
                .seed(seed)
                .decoding(decoding)
                .deadlineMillis(deadlineMillis);
    }

    @Override
    public @Nullable String getModel() {
        return common.getModel();
    }

    @Override
    public @Nullable Double getFrequencyPenalty() {
        return common.getFrequencyPenalty();
    }

    @Override
    public @Nullable Integer getMaxTokens() {
        return common.getMaxTokens();
    }

    @Override
    public @Nullable Double getPresencePenalty() {
        return common.getPresencePenalty();
    }

    @Override
    public @Nullable List<String> getStopSequences() {
        return common.getStopSequences();
    }

    @Override
    public @Nullable Double getTemperature() {
        return common.getTemperature();
    }

    @Override
    public @Nullable Integer getTopK() {
        return common.getTopK();
    }

    @Override
    public @Nullable Double getTopP() {
        return common.getTopP();
    }
}
