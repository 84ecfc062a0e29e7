package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The chunks of a cache-service. Over HTTP/2, where giving up on a chunk that comes too late costs
 * its stream, not the connection.
 */
final class HttpKvChunkStore implements KvChunkStore, AutoCloseable {

    /** The longest chain that a cache-service takes: a prompt of 65,536 tokens. */
    private static final int MAX_CHAIN = 1024;

    private static final int CONNECT_TIMEOUT_MILLIS = 500;
    private static final int CONNECTIONS = 4;
    private static final int WAITING_FOR_CONNECTION = 1024;
    private static final Duration MAX_IDLE_CONNECTION = Duration.ofSeconds(30);

    private final ConnectionProvider connections;
    private final WebClient http;

    /**
     * @param tokens lets this service in
     */
    HttpKvChunkStore(
            URI cacheService, PrefixCacheProperties properties, ExchangeFilterFunction tokens) {
        int maxChunkBytes = Math.toIntExact(properties.maxChunkSize().toBytes());
        connections =
                ConnectionProvider.builder("cache-service")
                        .maxConnections(CONNECTIONS)
                        .pendingAcquireMaxCount(WAITING_FOR_CONNECTION)
                        .pendingAcquireTimeout(properties.storeDeadline())
                        .maxIdleTime(MAX_IDLE_CONNECTION)
                        .build();
        HttpClient client =
                HttpClient.create(connections)
                        .protocol(
                                "https".equals(cacheService.getScheme())
                                        ? HttpProtocol.H2
                                        : HttpProtocol.H2C)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
        http =
                WebClient.builder()
                        .baseUrl(cacheService.toString())
                        .filter(tokens)
                        .clientConnector(new ReactorClientHttpConnector(client))
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(maxChunkBytes))
                        .build();
    }

    @Override
    public Mono<Integer> match(List<ChunkKey> chain) {
        return http.post()
                .uri("/chunks/match")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(chain.subList(0, Math.min(chain.size(), MAX_CHAIN)))
                .retrieve()
                .bodyToMono(Match.class)
                .map(Match::matched);
    }

    @Override
    public Mono<byte[]> get(ChunkKey key) {
        return http.get()
                .uri("/chunks/{key}", key.hex())
                .exchangeToMono(
                        response ->
                                switch (status(response)) {
                                    case OK -> response.bodyToMono(byte[].class);
                                    case NOT_FOUND -> response.releaseBody().then(Mono.empty());
                                    default -> response.createError();
                                });
    }

    @Override
    public Mono<Boolean> put(ChunkKey key, byte[] bytes) {
        return http.put()
                .uri("/chunks/{key}", key.hex())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(bytes)
                .exchangeToMono(
                        response ->
                                switch (status(response)) {
                                    case CREATED -> response.releaseBody().thenReturn(true);
                                    case OK -> response.releaseBody().thenReturn(false);
                                    default -> response.createError();
                                });
    }

    private static HttpStatus status(ClientResponse response) {
        return HttpStatus.valueOf(response.statusCode().value());
    }

    @Override
    public void close() {
        connections.dispose();
    }

    record Match(int matched) {}
}
