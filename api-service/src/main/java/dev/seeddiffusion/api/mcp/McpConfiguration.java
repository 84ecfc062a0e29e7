package dev.seeddiffusion.api.mcp;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The protocol, as its SDK speaks it. */
@Configuration(proxyBeanMethods = false)
class McpConfiguration {

    /** Without sessions: there is nothing to bound or to lose, and any process answers anybody. */
    @Bean
    McpStatelessServerHandler mcpServer(CodeTools tools, JsonMapper json) {
        HandlerOnly transport = new HandlerOnly();
        McpServer.async(transport)
                .serverInfo("seed-diffusion", "1")
                .instructions("Code of a diffusion model: completed, edited, or filled into holes.")
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .jsonMapper(new JacksonMcpJsonMapper(json))
                .validateToolInputs(false) // the tools do, and say what to do
                .tools(tools.all())
                .build();
        return Objects.requireNonNull(transport.handler);
    }

    /** The SDK hands its handler to a transport; ours is a controller. */
    private static final class HandlerOnly implements McpStatelessServerTransport {

        private @Nullable McpStatelessServerHandler handler;

        @Override
        public void setMcpHandler(McpStatelessServerHandler handler) {
            this.handler = handler;
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }
    }
}
