package dev.seeddiffusion.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.inference.scheduler.Admission.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Whatever tenants ask for, each that waits has its turn. */
class FairnessTest {

    private static final int PLACES = 2;
    private static final int QUEUE = 20;

    private final Admission admission =
            new Admission(
                    PLACES,
                    QUEUE,
                    Duration.ofSeconds(30),
                    VirtualTimeScheduler.create(),
                    new SimpleMeterRegistry());

    private final List<Visit> admitted = new ArrayList<>();
    private final Map<String, List<Visit>> waiting = new HashMap<>();

    /** By tenant that waits: leaves within which its next request is to be admitted. */
    private final Map<String, Integer> patience = new HashMap<>();

    private record Visit(String tenant, Place place) {}

    @Test
    void one_request_waits_for_one_of_a_tenant_that_queues_many() {
        enter("busy");
        enter("busy");
        for (int i = 0; i < 15; i++) {
            enter("busy");
        }
        enter("quiet");

        leave(0);
        leave(0);

        assertThat(admitted).map(Visit::tenant).containsExactly("busy", "quiet");
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_tenant_that_waits_is_next_after_one_leave_for_each_that_waits(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int tenants = random.nextInt(1, 7);
        for (int i = 0; i < 400; i++) {
            // Some ask for much more than others.
            String tenant = "tenant " + random.nextInt(random.nextInt(1, tenants + 1));
            switch (random.nextInt(5)) {
                case 0, 1, 2 -> {
                    if (admission.waiting() < QUEUE) {
                        enter(tenant);
                    }
                }
                case 3 -> {
                    if (!admitted.isEmpty()) {
                        leave(random.nextInt(admitted.size()));
                    }
                }
                default -> giveUp(tenant, random);
            }
        }
    }

    private void enter(String tenant) {
        Visit visit = new Visit(tenant, admission.enter(tenant, null));
        boolean isNew = !waiting.containsKey(tenant);
        waiting.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(visit);
        visit.place.turn().subscribe(_ -> {}, _ -> {}, () -> isAdmitted(visit));
        if (isNew && waiting.containsKey(tenant)) {
            patience.put(tenant, waiting.size());
        }
    }

    private void isAdmitted(Visit visit) {
        List<Visit> own = waiting.get(visit.tenant);
        assertThat(visit).as("the first of its tenant").isSameAs(own.removeFirst());
        admitted.add(visit);
        patience.remove(visit.tenant);
        if (own.isEmpty()) {
            waiting.remove(visit.tenant);
        }
    }

    private void leave(int index) {
        Visit leaving = admitted.remove(index);
        patience.replaceAll((_, leaves) -> leaves - 1);
        leaving.place.leave();
        waiting.keySet().forEach(tenant -> patience.putIfAbsent(tenant, waiting.size()));
        assertThat(patience.values()).allMatch(leaves -> leaves > 0);
        assertThat(admitted.size() == PLACES || waiting.isEmpty()).isTrue();
    }

    private void giveUp(String tenant, SplittableRandom random) {
        List<Visit> own = waiting.get(tenant);
        if (own != null) {
            own.remove(random.nextInt(own.size())).place.leave();
            if (own.isEmpty()) {
                waiting.remove(tenant);
                patience.remove(tenant);
            }
        }
        assertThat(admission.waiting())
                .isEqualTo(waiting.values().stream().mapToInt(List::size).sum());
    }
}
