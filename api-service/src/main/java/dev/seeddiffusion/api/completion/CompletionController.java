package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.security.Caller;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The endpoints that write text: OpenAI's, and those that editors use. */
@RestController
class CompletionController {

    private final Answering answering;
    private final Generations generations;
    private final DiffusionChatModels chat;

    CompletionController(Answering answering, Generations generations, DiffusionChatModels chat) {
        this.answering = answering;
        this.generations = generations;
        this.chat = chat;
    }

    /** Continues a prompt or, if it has a suffix, fills the hole between the two. */
    @PostMapping(
            path = {"/v1/completions", "/v1/fim/completions"},
            consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> complete(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return answering.answer(body, CompletionRequest::parse, generations.of(caller), response);
    }

    /** Answers a conversation. */
    @PostMapping(path = "/v1/chat/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> chat(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return answering.answer(body, ChatRequest::conversation, chat.of(caller)::parts, response);
    }

    /** Rewrites the region of a file that a message marks. */
    @PostMapping(path = "/v1/edit/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> edit(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return answering.answer(body, ChatRequest::edit, generations.of(caller), response);
    }

    /** Changes code as a snippet or an instruction says. */
    @PostMapping(path = "/v1/apply/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> apply(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return answering.answer(body, ChatRequest::apply, generations.of(caller), response);
    }

    /** Fills holes of a text. */
    @PostMapping(path = "/v1/infill", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> infill(
            @RequestBody(required = false) Mono<byte[]> body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            ServerHttpResponse response) {
        return answering.answer(body, InfillRequest::parse, generations.of(caller), response);
    }
}
