package dev.seeddiffusion.api.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.GenerationRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AffinityTest {

    private static final int PROMPTS = 3000;

    private final List<Replica> replicas =
            IntStream.rangeClosed(1, 3)
                    .mapToObj(i -> TestRouting.unasked(URI.create("http://10.0.0." + i + ":8081")))
                    .toList();

    @Test
    void prompts_with_the_same_head_go_to_the_same_replica() {
        for (int i = 0; i < 100; i++) {
            String head = String.valueOf((char) ('a' + i % 26)).repeat(Affinity.HEAD_CHARACTERS);

            assertThat(order(head + i)).isEqualTo(order(head + "other" + i));
        }
    }

    @Test
    void prompts_spread_evenly_over_replicas() {
        Map<Replica, Long> shares =
                IntStream.range(0, PROMPTS)
                        .mapToObj(i -> order("def f%d(x):".formatted(i)).getFirst())
                        .collect(Collectors.groupingBy(it -> it, Collectors.counting()));

        double expected = PROMPTS / 3.0;
        double standardError = Math.sqrt(PROMPTS * 1 / 3.0 * 2 / 3.0);
        assertThat(shares).hasSize(3);
        assertThat(shares.values())
                .allSatisfy(
                        share ->
                                assertThat((double) share)
                                        .isBetween(
                                                expected - 5 * standardError,
                                                expected + 5 * standardError));
    }

    @Test
    void a_lost_replica_moves_no_prompt_of_another() {
        List<Replica> fewer = replicas.subList(0, 2);
        for (int i = 0; i < 300; i++) {
            GenerationRequest request = TestRouting.request("def f%d(x):".formatted(i));
            List<Replica> without =
                    order(request.prompt()).stream().filter(fewer::contains).toList();

            assertThat(Affinity.order(request, fewer)).isEqualTo(without);
        }
    }

    @Test
    void the_order_is_the_same_for_whoever_knows_the_replicas() {
        List<Replica> reversed = replicas.reversed();
        Stream.of("", "def f():", "class A:")
                .map(TestRouting::request)
                .forEach(
                        request ->
                                assertThat(Affinity.order(request, reversed))
                                        .isEqualTo(Affinity.order(request, replicas)));
    }

    private List<Replica> order(String prompt) {
        return Affinity.order(TestRouting.request(prompt), replicas);
    }
}
