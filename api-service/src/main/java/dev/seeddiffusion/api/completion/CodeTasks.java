package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the endpoints write, for other ways in: parameters are the endpoints', checked by the same
 * readers, and the answer is a text. Each is for the caller in the Reactor context; cancelling it
 * cancels the generations. An error is an {@link ApiException} wherever it was foreseen.
 */
@Component
public final class CodeTasks {

    private final Answering answering;
    private final Generations generations;
    private final JsonMapper json;

    CodeTasks(Answering answering, Generations generations, JsonMapper json) {
        this.answering = answering;
        this.generations = generations;
        this.json = json;
    }

    /**
     * Continues a prompt, or fills the hole between it and a suffix.
     *
     * @param parameters of {@code /v1/completions}
     */
    public Mono<Written> complete(Map<String, Object> parameters) {
        return write(parameters, CompletionRequest::parse);
    }

    /**
     * Changes code as an instruction says.
     *
     * @param parameters {@code code} and {@code instruction}, and what all endpoints have
     */
    public Mono<Written> edit(Map<String, Object> parameters) {
        return write(parameters, EditRequest::parse);
    }

    /**
     * Fills holes of a text.
     *
     * @param parameters of {@code /v1/infill}
     */
    public Mono<Written> infill(Map<String, Object> parameters) {
        return write(parameters, InfillRequest::parse);
    }

    private Mono<Written> write(
            Map<String, Object> parameters, Function<Parameters, Question> read) {
        return Mono.deferContextual(
                context ->
                        answering
                                .whole(
                                        read.apply(Parameters.of(json.valueToTree(parameters))),
                                        generations.of(Caller.of(context)))
                                .map(Written::of));
    }
}
