package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.audit.Consumption;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Spring AI's chat model over the inference port, on behalf of one caller, whose limits hold.
 *
 * <p>A prompt means what it means as the body of {@code /v1/chat/completions}, which has its own
 * texts written here too: {@link #parts} is what both observe and send, and this form leaves out
 * what Spring AI has no place for, drafts and provenance. Errors are {@link ApiException}s, with
 * the status and the words of the endpoint. Immutable and thread-safe.
 */
public final class DiffusionChatModel implements ChatModel {

    private final GenerationBackend backend;
    private final Writing generations;
    private final ChatObservation observation;
    private final Caller caller;

    DiffusionChatModel(
            GenerationBackend backend,
            Writing generations,
            ChatObservation observation,
            Caller caller) {
        this.backend = backend;
        this.generations = generations;
        this.observation = observation;
        this.caller = caller;
    }

    @Override
    public DiffusionChatOptions getOptions() {
        return DiffusionChatOptions.builder().build();
    }

    /** Blocks until the text has ended, which has a deadline; not for threads that serve others. */
    @Override
    public ChatResponse call(Prompt prompt) {
        return Objects.requireNonNull(
                ask(prompt, false).flatMap(Asked::whole).contextWrite(this::identified).block());
    }

    /** Cancelling it stops the sampler. */
    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
        return ask(prompt, true).flatMapMany(Asked::pieces).contextWrite(this::identified);
    }

    /** As {@link Writing} has it, observed. */
    Flux<Part> parts(Question question, String requestId, ModelDescription served) {
        return observation.observe(
                generations.parts(question, requestId, served), question, requestId, served);
    }

    private Mono<Asked> ask(Prompt prompt, boolean stream) {
        return Mono.fromSupplier(
                        () -> ChatRequest.conversation(PromptParameters.of(prompt, stream)))
                .zipWith(
                        backend.model(),
                        (question, served) -> {
                            String id = Answering.newRequestId();
                            return new Asked(
                                    new ChatResponses(id, served), parts(question, id, served));
                        });
    }

    /** What the limits and the audit log look for, outside of a request too. */
    private Context identified(Context context) {
        Context known = context.put(Caller.class, caller);
        return known.hasKey(Consumption.class)
                ? known
                : known.put(Consumption.class, new Consumption());
    }

    private record Asked(ChatResponses responses, Flux<Part> parts) {

        Mono<ChatResponse> whole() {
            return parts.collect(WrittenText::new, (text, part) -> text.see(part.event()))
                    .map(
                            text ->
                                    responses.ended(
                                            List.of(
                                                    ChatResponses.ended(
                                                            text.text(), text.finishReason())),
                                            text.usage()));
        }

        Flux<ChatResponse> pieces() {
            return parts.mapNotNull(part -> piece(part.event()));
        }

        private @Nullable ChatResponse piece(GenerationEvent event) {
            return switch (event) {
                case Started _, Drafted _ -> null;
                case Committed committed ->
                        committed.text().isEmpty() ? null : responses.piece(committed.text());
                case Finished(var reason, var usage) ->
                        responses.ended(List.of(ChatResponses.ended("", reason)), usage);
                case Failed failed -> throw ApiException.of(failed);
            };
        }
    }
}
