package dev.seeddiffusion.api.mcp;

import dev.seeddiffusion.api.completion.CodeTasks;
import dev.seeddiffusion.api.completion.Written;
import dev.seeddiffusion.api.error.ApiErrors;
import dev.seeddiffusion.api.error.ApiException;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tools, as {@code mcp-tools.json} describes them: arguments are what stands there, with the
 * defaults that stand there. Whatever fails is the tool's error and not the protocol's, so that who
 * called it reads what to do.
 */
@Component
final class CodeTools {

    private final Map<String, Function<Map<String, Object>, Mono<Written>>> tasks;
    private final List<Tool> tools;

    CodeTools(CodeTasks tasks, JsonMapper json) throws IOException {
        this.tasks =
                Map.of(
                        "complete", tasks::complete,
                        "edit", tasks::edit,
                        "infill", tasks::infill);
        try (InputStream descriptions = new ClassPathResource("mcp-tools.json").getInputStream()) {
            this.tools = Arrays.asList(json.readValue(descriptions, Tool[].class));
        }
    }

    List<AsyncToolSpecification> all() {
        return tools.stream()
                .map(
                        tool ->
                                new AsyncToolSpecification(
                                        tool, (_, call) -> call(tool, call.arguments())))
                .toList();
    }

    private Mono<CallToolResult> call(Tool tool, @Nullable Map<String, Object> arguments) {
        return Mono.defer(() -> tasks.get(tool.name()).apply(complete(tool, arguments)))
                .map(written -> result(written.text(), written, false))
                .onErrorResume(
                        error -> {
                            ApiException told = ApiErrors.of(error);
                            return Mono.just(result(told.getMessage(), told.body(), true));
                        });
    }

    /** The arguments and, where there is none, the tool's defaults. */
    private static Map<String, Object> complete(
            Tool tool, @Nullable Map<String, Object> arguments) {
        Map<?, ?> properties = (Map<?, ?>) tool.inputSchema().get("properties");
        Map<String, Object> complete =
                new LinkedHashMap<>(arguments == null ? Map.of() : arguments);
        for (String name : complete.keySet()) {
            if (!properties.containsKey(name)) {
                throw new ApiException(
                        HttpStatus.BAD_REQUEST,
                        null,
                        "unknown_parameter",
                        "%s takes %s, and nothing else: leave the rest out."
                                .formatted(tool.name(), properties.keySet()));
            }
        }
        properties.forEach(
                (name, schema) -> {
                    Object usual = ((Map<?, ?>) schema).get("default");
                    if (usual != null) {
                        complete.putIfAbsent((String) name, usual);
                    }
                });
        return complete;
    }

    private static CallToolResult result(String text, Object structured, boolean isError) {
        return CallToolResult.builder()
                .addTextContent(text)
                .structuredContent(structured)
                .isError(isError)
                .build();
    }
}
