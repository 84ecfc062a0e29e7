package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.GenerationBackend;
import dev.seeddiffusion.common.signon.ServiceTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.time.Duration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
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
    Replicas replicas(
            RoutingProperties properties,
            ListableBeanFactory beans,
            MeterRegistry meters,
            ObservationRegistry observations) {
        return replicas(
                properties,
                InetAddress::getAllByName,
                http(properties.routing())
                        .mutate()
                        .filter(ServiceTokens.to("inference-service", beans))
                        .observationRegistry(observations)
                        .build(),
                meters);
    }

    static Replicas replicas(
            RoutingProperties properties,
            ReplicaAddress.Resolver resolver,
            WebClient http,
            MeterRegistry meters) {
        RoutingProperties.Routing settings = properties.routing();
        return new Replicas(
                properties.replicas().stream()
                        .map(uri -> new ReplicaAddress(uri, resolver))
                        .toList(),
                uri -> new Replica(uri, http, settings, meters),
                settings.refreshInterval());
    }

    @Bean
    ReplicaBackend replicaBackend(
            Replicas replicas, RoutingProperties properties, MeterRegistry meters) {
        return new ReplicaBackend(replicas, properties.routing(), meters);
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
}
