package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prefix that another replica computed is worth to one that has never seen it. */
@Tag("system")
class ColdReplicaIT {

    private static final int FUNCTIONS = 60;
    private static final int ROUNDS = 5;
    private static final double GOAL = 0.35;

    @TempDir private Path folder;

    @Test
    void nano() throws Exception {
        assertThat(ratio("nano", Checkpoints.nano(folder))).isLessThanOrEqualTo(GOAL);
    }

    @Test
    void a_model_of_200_million_weights() throws Exception {
        assertThat(ratio("200 M", Checkpoints.random200M(folder))).isLessThanOrEqualTo(GOAL);
    }

    private static double ratio(String name, Path model) throws Exception {
        try (SharedCache shared = new SharedCache()) {
            ServiceProcess first = replica(shared, "first", model);
            ServiceProcess second = replica(shared, "second", model);
            List<Duration> cold = new ArrayList<>();
            List<Duration> fetched = new ArrayList<>();
            int cachedTokens = 0;
            for (int i = 0; i < 2 * ROUNDS; i += 2) {
                String known = Prompts.of(i, FUNCTIONS);
                Answer computed = shared.compute(first, "t", known, 16);
                Answer again = Answer.of(second, "t", known, 16);
                Answer alone = shared.compute(second, "t", Prompts.of(i + 1, FUNCTIONS), 16);
                assertThat(again.text()).isEqualTo(computed.text());
                cachedTokens = again.cachedTokens();
                System.out.printf(
                        "%s: %d of %d tokens fetched (%s), first token after %d ms, cold %d ms%n",
                        name,
                        again.cachedTokens(),
                        again.promptTokens(),
                        again.prefix(),
                        again.timeToFirstToken().toMillis(),
                        alone.timeToFirstToken().toMillis());
                fetched.add(again.timeToFirstToken());
                cold.add(alone.timeToFirstToken());
            }
            double ratio = (double) median(fetched).toNanos() / median(cold).toNanos();
            System.out.printf(
                    "%s: median %d ms after fetching, %d ms cold: %.2f%n",
                    name, median(fetched).toMillis(), median(cold).toMillis(), ratio);
            assertThat(cachedTokens).isGreaterThan(1300);
            return ratio;
        }
    }

    @Test
    void a_redis_that_hangs_costs_little_time_to_the_first_token() throws Exception {
        Path model = Checkpoints.nano(folder);
        try (SharedCache shared = new SharedCache();
                ServiceProcess without =
                        ServiceProcess.start(
                                "inference-service", "without", "inference.model=" + model)) {
            ServiceProcess with = shared.replica("with", model);
            without.awaitReady();
            shared.redis.pause();
            List<Duration> hanging = new ArrayList<>();
            List<Duration> alone = new ArrayList<>();
            for (int i = 0; i < 4 * ROUNDS; i++) {
                String prompt = Prompts.of(i, FUNCTIONS);
                hanging.add(Answer.of(with, "t", prompt, 16).timeToFirstToken());
                alone.add(Answer.of(without, "t", prompt, 16).timeToFirstToken());
            }
            shared.redis.resume();
            double ratio = (double) median(hanging).toNanos() / median(alone).toNanos();
            System.out.printf(
                    "nano: median %d ms with a hanging Redis, %d ms without a cache: %.2f%n",
                    median(hanging).toMillis(), median(alone).toMillis(), ratio);
            assertThat(ratio).isLessThanOrEqualTo(1.2);
        }
    }

    @Test
    void of_200_texts_few_differ_where_forwards_are_shared() throws Exception {
        Path model = Checkpoints.nano(folder);
        try (SharedCache shared = new SharedCache()) {
            ServiceProcess first = shared.replica("first", model);
            ServiceProcess second = shared.replica("second", model);
            List<Answer> computed = ask(first, 200);
            List<Answer> again = ask(second, 200);
            long different =
                    IntStream.range(0, 200)
                            .filter(i -> !again.get(i).text().equals(computed.get(i).text()))
                            .count();
            System.out.printf(
                    "200 texts of 32 tokens, 8 at a time: %d of another replica, which fetched the"
                            + " prefixes of %d, differ.%n",
                    different, again.stream().filter(it -> it.prefix().equals("FETCH")).count());
            assertThat(different).isLessThanOrEqualTo(10);
        }
    }

    private static List<Answer> ask(ServiceProcess replica, int prompts) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> answers =
                    IntStream.range(0, prompts)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () ->
                                                            Answer.of(
                                                                    replica,
                                                                    "t",
                                                                    Prompts.of(i, 40),
                                                                    32)))
                            .toList();
            List<Answer> all = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                all.add(answer.get());
            }
            return all;
        }
    }

    private static ServiceProcess replica(SharedCache shared, String name, Path model)
            throws IOException, InterruptedException {
        return shared.replica(
                name,
                model,
                "inference.deterministic=true",
                // What fetching takes is measured, not when it stops.
                "inference.prefix-cache.fetch-deadline=5s");
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }
}
