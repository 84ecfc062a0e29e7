package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The platform under mixed traffic while its parts die and come back, one after the other. */
class SoakIT {

    private static final Duration POLL = Duration.ofMillis(100);

    private interface Fault {
        void strike() throws Exception;
    }

    /**
     * @param residentKilobytes memory of a process
     * @param files that it has open
     */
    private record Held(long residentKilobytes, long files) {

        static Held of(ServiceProcess process) throws IOException {
            Path proc = Path.of("/proc/" + process.pid());
            long resident =
                    Files.readAllLines(proc.resolve("status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
            try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
                return new Held(resident, files.count());
            }
        }
    }

    @Test
    void no_request_fails_for_good_while_each_part_dies_once() throws Exception {
        soak(3, Duration.ofSeconds(8), 4);
    }

    @Test
    @Tag("system")
    void nor_in_half_an_hour_with_a_fault_every_two_minutes() throws Exception {
        soak(8, Duration.ofMinutes(2), 14);
    }

    /**
     * @param perSecond requests
     * @param between two faults
     */
    private static void soak(double perSecond, Duration between, int faults) throws Exception {
        Path model = Path.of("../models/nano");
        List<ServiceProcess> apis = new ArrayList<>();
        try (SharedCache shared = new SharedCache()) {
            ServiceProcess mortal = shared.replica("soak-mortal", model);
            ServiceProcess other = shared.replica("soak-other", model);
            for (String name : List.of("soak-api", "soak-api-behind")) {
                apis.add(
                        ServiceProcess.start(
                                "api-service",
                                name,
                                "api.replicas[0]=" + mortal.address(),
                                "api.replicas[1]=" + other.address(),
                                "spring.data.redis.port=" + shared.redis.port()));
            }
            for (ServiceProcess api : apis) {
                api.awaitReady();
            }
            List<Fault> each =
                    List.of(
                            () -> revive(mortal, mortal::kill),
                            () -> {
                                shared.redis.kill();
                                shared.redis.startAgain();
                            },
                            () -> revive(shared.service, shared.service::kill),
                            () -> revive(apis.getFirst(), apis.getFirst()::terminate));
            Held early;
            try (Traffic traffic =
                    Traffic.start(apis.stream().map(ServiceProcess::address).toList(), perSecond)) {
                await(between, traffic);
                early = Held.of(other);
                for (int i = 0; i < faults; i++) {
                    each.get(i % each.size()).strike();
                    await(between, traffic);
                }
                traffic.close();
                System.out.printf("%d faults: %s%n", faults, traffic);
                assertThat(traffic.failures()).isEmpty();
                assertThat(traffic.answered()).isPositive();
            }
            requireNoLeak(early, Held.of(other), shared.redis.chunks().size());
        } finally {
            apis.forEach(ServiceProcess::close);
        }
    }

    private static void revive(ServiceProcess process, Fault death) throws Exception {
        death.strike();
        process.startAgain();
        process.awaitReady();
    }

    private static void await(Duration time, Traffic traffic) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end) && traffic.failures().isEmpty()) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Of the replica that lives through all of it; and prompts that repeat keep no new chunks. */
    private static void requireNoLeak(Held early, Held late, int chunks) {
        System.out.printf(
                "The other replica held %s early, %s late; %d chunks.%n", early, late, chunks);
        assertThat(late.files).isLessThan(early.files + 50);
        assertThat(late.residentKilobytes).isLessThan(early.residentKilobytes * 3 / 2);
        assertThat(chunks).isLessThan(500);
    }
}
