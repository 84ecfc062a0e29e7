package dev.seeddiffusion.inference.prefix;

import dev.seeddiffusion.common.chunk.KvChunkStore;
import io.micrometer.observation.ObservationRegistry;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Connections to the cache-service that replicas share. Over HTTP/2, where giving up on chunks that
 * come too late costs their stream, not the connection.
 */
final class CacheService implements ChunkStores {

    private static final int CONNECT_TIMEOUT_MILLIS = 500;
    private static final int CONNECTIONS = 4;
    private static final int WAITING_FOR_CONNECTION = 1024;
    private static final Duration MAX_IDLE_CONNECTION = Duration.ofSeconds(30);

    /** HTTP/2's own defaults are made for many small answers. */
    private static final int FRAME_BYTES = 1 << 20;

    private static final int WINDOW_BYTES = 16 << 20;

    private final ConnectionProvider connections;
    private final WebClient http;
    private final int maxChunkBytes;

    /**
     * @param tokens lets this service in
     * @param observations gain a span for each request
     */
    CacheService(
            URI address,
            PrefixCacheProperties properties,
            ExchangeFilterFunction tokens,
            ObservationRegistry observations) {
        maxChunkBytes = Math.toIntExact(properties.maxChunkSize().toBytes());
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
                                "https".equals(address.getScheme())
                                        ? HttpProtocol.H2
                                        : HttpProtocol.H2C)
                        .http2Settings(
                                settings ->
                                        settings.initialWindowSize(WINDOW_BYTES)
                                                .maxFrameSize(FRAME_BYTES))
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
        http =
                WebClient.builder()
                        .baseUrl(address.toString())
                        .filter(tokens)
                        .observationRegistry(observations)
                        .clientConnector(new ReactorClientHttpConnector(client))
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(maxChunkBytes))
                        .build();
    }

    @Override
    public KvChunkStore of(String tenantTag) {
        return new HttpKvChunkStore(
                http.mutate().defaultHeader("Tenant-Tag", tenantTag).build(), maxChunkBytes);
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
