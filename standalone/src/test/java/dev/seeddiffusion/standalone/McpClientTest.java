package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.inference.Waiting;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The protocol's own client against the running platform. */
class McpClientTest {

    private static final String HEAD =
            "def sum_even(numbers):\n    \"\"\"Return the sum of the even numbers in numbers.\"\"\"\n";
    private static final String BUG =
            HEAD
                    + "    acc = 0\n    for x in numbers:\n        if x % 2 != 0:\n"
                    + "            acc += x\n    return acc\n";

    private static McpSyncClient client;

    @BeforeAll
    static void connect() {
        client =
                McpClient.sync(
                                HttpClientStreamableHttpTransport.builder(ShippedModel.uri())
                                        .build())
                        .requestTimeout(Waiting.PATIENCE)
                        .build();
        client.initialize();
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void the_tools_are_listed_and_describe_their_parameters() {
        List<Tool> tools = client.listTools().tools();

        assertThat(tools).map(Tool::name).containsExactly("complete", "edit", "infill");
        assertThat(tools)
                .allSatisfy(
                        tool -> {
                            assertThat(tool.description()).isNotBlank();
                            assertThat((Map<?, ?>) tool.inputSchema().get("properties"))
                                    .isNotEmpty()
                                    .values()
                                    .allMatch(it -> ((Map<?, ?>) it).containsKey("description"));
                        });
    }

    @Test
    void a_completion_goes_on_behind_the_prompt() {
        assertThat(text(call("complete", Map.of("prompt", HEAD)))).contains("return");
    }

    @Test
    void an_edit_changes_what_it_is_asked_to() {
        CallToolResult edited = call("edit", Map.of("code", BUG, "instruction", "Fix the bug."));

        assertThat(text(edited)).isEqualTo(BUG.replace("!= 0", "== 0"));
    }

    @Test
    void holes_are_filled_and_what_is_around_them_stays() {
        String before = HEAD + "    total = ";
        String after = "\n    for n in numbers:\n";
        CallToolResult filled =
                call("infill", Map.of("segments", List.of(before, Map.of("hole", true), after)));

        assertThat(text(filled)).startsWith(before).endsWith(after);
        assertThat(text(filled).length()).isGreaterThan((before + after).length());
    }

    @Test
    void bad_arguments_are_refused_in_words() {
        CallToolResult refused = call("complete", Map.of("prompt", HEAD, "max_tokens", 0));

        assertThat(refused.isError()).isTrue();
        assertThat(text(refused)).contains("max_tokens is 0, but must be a whole number from 1");
    }

    private static CallToolResult call(String tool, Map<String, Object> arguments) {
        return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }
}
