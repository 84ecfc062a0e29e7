package dev.seeddiffusion.api.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every {@link LimitState} promises. */
abstract class LimitStateContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String id = UUID.randomUUID().toString();

    abstract LimitState state();

    @Test
    void a_budget_is_taken_from_until_it_is_empty_and_tells_what_is_left() {
        Budget budget = new Budget("requests", id, 3);

        List<Balance> balances =
                Flux.range(0, 4).concatMap(_ -> state().take(budget)).collectList().block(PATIENCE);

        assertThat(balances).extracting(Balance::taken).containsExactly(true, true, true, false);
        assertThat(balances).extracting(Balance::remaining).containsExactly(2L, 1L, 0L, 0L);
        // One of three a minute is there again after 20 s.
        assertThat(balances.getLast().untilEnough())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        assertThat(balances.getLast().untilFull())
                .isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
    }

    @Test
    void what_was_used_is_charged_into_debt_and_has_to_be_waited_for() {
        Budget budget = new Budget("tokens", id, 60);

        wait(state().charge(budget, 180));
        Balance balance = state().take(budget).block(PATIENCE);

        assertThat(balance.taken()).isFalse();
        assertThat(balance.remaining()).isZero();
        // 120 in debt and one to take, at one a second.
        assertThat(balance.untilEnough())
                .isBetween(Duration.ofSeconds(100), Duration.ofSeconds(121));
    }

    @Test
    void concurrent_takers_get_no_more_than_there_is() {
        Budget budget = new Budget("requests", id, 10);

        long taken =
                Flux.range(0, 50)
                        .flatMap(_ -> state().take(budget), 50)
                        .filter(Balance::taken)
                        .count()
                        .block(PATIENCE);

        assertThat(taken).isEqualTo(10);
    }

    @Test
    void budgets_of_others_are_not_touched() {
        wait(state().charge(new Budget("requests", id, 1), 5));
        assertThat(state().take(new Budget("tokens", id, 1)).block(PATIENCE).taken()).isTrue();
        assertThat(state().take(new Budget("requests", id + "2", 1)).block(PATIENCE).taken())
                .isTrue();
    }

    @Test
    void places_are_given_to_as_many_as_the_limit_says_until_they_are_given_back() {
        assertThat(occupy(2, "a")).isTrue();
        assertThat(occupy(2, "b")).isTrue();
        assertThat(occupy(2, "c")).isFalse();

        wait(state().vacate(id, "c"));
        assertThat(occupy(2, "c")).isFalse();

        wait(state().vacate(id, "a"));
        wait(state().vacate(id, "a"));
        assertThat(occupy(2, "c")).isTrue();
        assertThat(occupy(2, "a")).isFalse();
    }

    private boolean occupy(int limit, String holder) {
        return Boolean.TRUE.equals(state().occupy(id, limit, holder).block(PATIENCE));
    }

    private static void wait(Mono<Void> done) {
        done.block(PATIENCE);
    }
}
