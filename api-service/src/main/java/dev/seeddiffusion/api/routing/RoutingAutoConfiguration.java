package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.signon.ServiceTokens;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Routes to replicas, unless the application brings a backend of its own. */
@AutoConfiguration
@ConditionalOnMissingBean(GenerationBackend.class)
@EnableConfigurationProperties(RoutingProperties.class)
class RoutingAutoConfiguration {

    /** For asking a replica what it serves, and for cancelled requests whose end takes a moment. */
    private static final int SPARE_CONNECTIONS = 8;

    private static final Duration MAX_IDLE_CONNECTION = Duration.ofSeconds(30);

    @Bean
    ExchangeFilterFunction replicaTokens(ListableBeanFactory beans) {
        return ServiceTokens.to("inference-service", beans);
    }

    @Bean
    ReplicaBackend replicaBackend(
            RoutingProperties properties,
            ExchangeFilterFunction replicaTokens,
            MeterRegistry meters) {
        RoutingProperties.Routing settings = properties.routing();
        WebClient http = http(settings).mutate().filter(replicaTokens).build();
        List<Replica> replicas =
                properties.replicas().stream()
                        .map(
                                uri ->
                                        new Replica(
                                                uri,
                                                http.mutate().baseUrl(uri.toString()).build(),
                                                settings))
                        .toList();
        replicas.forEach(replica -> measure(replica, meters));
        return new ReplicaBackend(replicas, settings.refreshInterval());
    }

    /** HTTP/1.1, where cancelling a response closes its connection and so tells the replica. */
    static WebClient http(RoutingProperties.Routing settings) {
        ConnectionProvider connections =
                ConnectionProvider.builder("replicas")
                        .maxConnections(settings.maxRequestsPerReplica() + SPARE_CONNECTIONS)
                        .pendingAcquireMaxCount(settings.maxRequestsPerReplica())
                        .pendingAcquireTimeout(settings.connectTimeout())
                        .maxIdleTime(MAX_IDLE_CONNECTION)
                        .build();
        HttpClient client =
                HttpClient.create(connections)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(settings.connectTimeout().toMillis()));
        return WebClient.builder().clientConnector(new ReactorClientHttpConnector(client)).build();
    }

    private static void measure(Replica replica, MeterRegistry meters) {
        Gauge.builder("api.replica.in_flight", replica, Replica::inFlight)
                .description("Generations that the replica works on for this service")
                .tag("replica", replica.uri().toString())
                .register(meters);
        Gauge.builder("api.replica.up", replica, it -> it.model() == null ? 0 : 1)
                .description("Whether the replica answered when it was last asked for its model")
                .tag("replica", replica.uri().toString())
                .register(meters);
    }
}
