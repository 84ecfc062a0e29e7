package dev.seeddiffusion.api.limits;

import reactor.core.publisher.Mono;

/** What is left of limits. Thread-safe; never blocks whoever subscribes. */
interface LimitState {

    /** Takes one unit if there is one. */
    Mono<Balance> take(Budget budget);

    /** Takes as many as were used, into debt if need be. */
    Mono<Void> charge(Budget budget, long units);

    /**
     * Takes a place beside others, as long as there are fewer than {@code limit}.
     *
     * @param holder of the place, unlike any other
     * @return whether there was a place
     */
    Mono<Boolean> occupy(String places, int limit, String holder);

    /** Gives the place back; nothing happens if the holder has none. */
    Mono<Void> vacate(String places, String holder);
}
