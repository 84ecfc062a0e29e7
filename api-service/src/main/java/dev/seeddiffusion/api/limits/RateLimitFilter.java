package dev.seeddiffusion.api.limits;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.limits.LimitProperties.Limited;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.api.security.CallerFilter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes a request, and the first of its tokens, from the budgets of its caller and tenant. Tells
 * what is left as OpenAI does, in {@code x-ratelimit-*} headers, of whichever has less.
 */
@Component
@Order(CallerFilter.ORDER + 1)
final class RateLimitFilter implements WebFilter {

    private final LimitProperties properties;
    private final LimitState state;

    RateLimitFilter(LimitProperties properties, LimitState state) {
        this.properties = properties;
        this.state = state;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Caller.of(exchange)
                .map(caller -> take(exchange, caller).then(chain.filter(exchange)))
                .orElseGet(() -> chain.filter(exchange));
    }

    private Mono<Void> take(ServerWebExchange exchange, Caller caller) {
        List<Limited> limited = properties.of(caller);
        List<Budget> budgets =
                Stream.of(Budget.requests(limited), Budget.tokens(limited))
                        .flatMap(List::stream)
                        .toList();
        return Flux.fromIterable(budgets)
                .flatMap(state::take)
                .collectList()
                .flatMap(
                        balances -> {
                            tell(balances, exchange.getResponse().getHeaders());
                            return balances.stream()
                                    .filter(balance -> !balance.taken())
                                    .max(Comparator.comparing(Balance::untilEnough))
                                    .map(RateLimitFilter::refuse)
                                    .orElse(Mono.empty());
                        });
    }

    private static void tell(List<Balance> balances, HttpHeaders headers) {
        for (String unit : List.of(Budget.REQUESTS, Budget.TOKENS)) {
            balances.stream()
                    .filter(balance -> balance.budget().unit().equals(unit))
                    .min(Comparator.comparing(Balance::remaining))
                    .ifPresent(
                            least -> {
                                headers.set(
                                        "x-ratelimit-limit-" + unit,
                                        String.valueOf(least.budget().perMinute()));
                                headers.set(
                                        "x-ratelimit-remaining-" + unit,
                                        String.valueOf(least.remaining()));
                                headers.set(
                                        "x-ratelimit-reset-" + unit,
                                        seconds(least.untilFull()) + "s");
                            });
        }
    }

    private static Mono<Void> refuse(Balance balance) {
        return Mono.error(
                ApiException.rateLimited(
                        "All %d %s a minute of this %s are used: retry after %d s."
                                .formatted(
                                        balance.budget().perMinute(),
                                        balance.budget().unit(),
                                        balance.budget().id().startsWith("tenant:")
                                                ? "tenant"
                                                : "caller",
                                        seconds(balance.untilEnough())),
                        seconds(balance.untilEnough())));
    }

    /** Rounded up: who comes that late is not too early. */
    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }
}
