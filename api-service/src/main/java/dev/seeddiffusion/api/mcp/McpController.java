package dev.seeddiffusion.api.mcp;

import dev.seeddiffusion.api.completion.BodyDeadline;
import dev.seeddiffusion.api.error.ApiException;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /mcp}: the protocol's streamable HTTP, where every request is answered by one JSON
 * object. A client that disconnects cancels what its request had begun.
 *
 * <p>A controller rather than the transport of Spring AI: that one writes bodies which are no
 * JSON-RPC, prompts and all, to the log, answers them with a stack trace, and waits for a body
 * however long it takes.
 */
@RestController
class McpController {

    private final McpStatelessServerHandler server;
    private final BodyDeadline deadline;
    private final JsonMapper json;

    McpController(McpStatelessServerHandler server, BodyDeadline deadline, JsonMapper json) {
        this.server = server;
        this.deadline = deadline;
        this.json = json;
    }

    @PostMapping(
            path = "/mcp",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<byte[]>> receive(@RequestBody(required = false) Mono<byte[]> body) {
        return deadline.await(body).map(this::message).flatMap(this::answer);
    }

    private Mono<ResponseEntity<byte[]>> answer(JSONRPCMessage message) {
        return switch (message) {
            case JSONRPCRequest request ->
                    Mono.defer(() -> server.handleRequest(McpTransportContext.EMPTY, request))
                            .onErrorResume(_ -> Mono.just(unreadable(request)))
                            .map(answer -> ResponseEntity.ok(json.writeValueAsBytes(answer)));
            case JSONRPCNotification notification ->
                    server.handleNotification(McpTransportContext.EMPTY, notification)
                            .thenReturn(ResponseEntity.accepted().build());
            default -> Mono.error(noMessage()); // an answer, and nothing was asked
        };
    }

    /** The SDK's readers throw whatever they meet; their messages repeat what was sent. */
    private JSONRPCMessage message(byte[] body) {
        try {
            return McpSchema.deserializeJsonRpcMessage(
                    new JacksonMcpJsonMapper(json), new String(body, StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            throw noMessage();
        }
    }

    /** All other failures are answers of the server already. */
    private static JSONRPCResponse unreadable(JSONRPCRequest request) {
        return JSONRPCResponse.error(
                request.id(),
                new JSONRPCResponse.JSONRPCError(
                        McpSchema.ErrorCodes.INVALID_PARAMS,
                        "The params are not those of this method: see the protocol's schema."));
    }

    private static ApiException noMessage() {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                null,
                "invalid_json",
                "The body is no request or notification of the Model Context Protocol: send one,"
                        + " such as {\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}.");
    }
}
