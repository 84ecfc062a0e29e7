package dev.seeddiffusion.api.audit;

import dev.seeddiffusion.api.security.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Sees to it that every request is written down, those that are refused too. Health and metrics are
 * not: they are asked for all the time.
 */
@Component
@Order(AuditFilter.BEFORE_SECURITY)
final class AuditFilter implements WebFilter {

    static final int BEFORE_SECURITY = -200;

    private static final int MAX_PATH = 200;

    private final AuditLog log;

    AuditFilter(AuditLog log) {
        this.log = log;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (exchange.getRequest().getPath().value().startsWith("/actuator/")) {
            return chain.filter(exchange);
        }
        return Mono.defer(
                () -> {
                    Instant start = Instant.now();
                    Consumption consumption = new Consumption();
                    Runnable write = () -> write(exchange, start, consumption);
                    return chain.filter(exchange)
                            .contextWrite(it -> it.put(Consumption.class, consumption))
                            .doOnError(_ -> whenAnswered(exchange, write))
                            .doFinally(
                                    end -> {
                                        if (end != SignalType.ON_ERROR) {
                                            write.run();
                                        }
                                    });
                });
    }

    /** An error gets its status further out, unless the answer had begun. */
    private static void whenAnswered(ServerWebExchange exchange, Runnable write) {
        if (exchange.getResponse().isCommitted()) {
            write.run();
        } else {
            exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(write));
        }
    }

    private void write(ServerWebExchange exchange, Instant start, Consumption consumption) {
        Optional<Caller> caller = Caller.of(exchange);
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        String path = exchange.getRequest().getPath().value();
        log.write(
                new AuditRecord(
                        start,
                        caller.map(Caller::tenant).orElse(null),
                        caller.map(Caller::id).orElse(null),
                        exchange.getRequest().getMethod().name(),
                        path.substring(0, Math.min(path.length(), MAX_PATH)),
                        status == null ? null : status.value(),
                        Duration.between(start, Instant.now()).toMillis(),
                        consumption.generations(),
                        consumption.finish()));
    }
}
