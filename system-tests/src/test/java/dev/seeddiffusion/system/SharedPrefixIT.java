package dev.seeddiffusion.system;

import static dev.seeddiffusion.system.SharedCache.metric;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas that share prefixes through a real Redis, which loses, damages and withholds them:
 * the text is always the one that is written without it.
 */
class SharedPrefixIT {

    private static final int TOKENS = 24;

    /** About 260 tokens: four chunks. */
    private static final int FUNCTIONS = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    @TempDir private static Path folder;
    private static SharedCache shared;
    private static ServiceProcess first;
    private static ServiceProcess second;

    @BeforeAll
    static void start() throws Exception {
        Path model = Checkpoints.nano(folder.resolve("nano"));
        shared = new SharedCache();
        first = replica("first", model);
        second = replica("second", model, "inference.prefix-cache.max-memory=0B"); // asks always
    }

    private static ServiceProcess replica(String name, Path model, String... settings)
            throws IOException, InterruptedException {
        return shared.replica(
                name,
                model,
                Stream.concat(
                                Stream.of(settings),
                                Stream.of(
                                        "inference.deterministic=true",
                                        "inference.prefix-cache.fetch-deadline=2s"))
                        .toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws IOException {
        shared.close();
    }

    @Test
    void a_fetched_prefix_gives_the_text_of_a_computed_one() throws Exception {
        Answer computed = shared.compute(first, "t", Prompts.of(1, FUNCTIONS), TOKENS);

        Answer fetched = fetch("t", 1, computed.text());

        assertThat(fetched.cachedTokens()).isGreaterThanOrEqualTo(192);
        assertThat(fetched.text()).isNotEmpty();
    }

    @Test
    void chunks_with_a_flipped_bit_are_detected_and_computed_again() throws Exception {
        List<String> before = shared.redis.chunks();
        Answer computed = shared.compute(first, "t", Prompts.of(2, FUNCTIONS), TOKENS);
        double damaged = metric(second, "inference_prefix_damaged_total");
        for (String chunk : added(before)) {
            shared.redis.flipBit(chunk);
        }

        Answer again = fetch("t", 2, computed.text());

        assertThat(again.cachedTokens()).isZero();
        assertThat(metric(second, "inference_prefix_damaged_total")).isEqualTo(damaged + 1);
    }

    @Test
    void chunks_of_another_tenant_under_our_keys_are_detected_and_computed_again()
            throws Exception {
        List<String> none = shared.redis.chunks();
        shared.compute(first, "them", Prompts.of(4, FUNCTIONS), TOKENS);
        List<String> theirs = added(none);
        List<String> before = shared.redis.chunks();
        Answer computed = shared.compute(first, "us", Prompts.of(3, FUNCTIONS), TOKENS);
        double damaged = metric(second, "inference_prefix_damaged_total");
        for (String chunk : added(before)) {
            shared.redis.copy(theirs.getFirst(), chunk);
        }

        Answer again = fetch("us", 3, computed.text());

        assertThat(again.cachedTokens()).isZero();
        assertThat(metric(second, "inference_prefix_damaged_total")).isEqualTo(damaged + 1);
    }

    @Test
    void tenants_with_the_same_prompt_share_no_chunk() throws Exception {
        List<String> before = shared.redis.chunks();
        Answer ours = shared.compute(first, "us", Prompts.of(5, FUNCTIONS), TOKENS);
        int chunks = added(before).size();

        Answer theirs = shared.compute(first, "them", Prompts.of(5, FUNCTIONS), TOKENS);

        assertThat(theirs.cachedTokens()).isZero();
        assertThat(theirs.text()).isEqualTo(ours.text());
        assertThat(added(before)).hasSize(2 * chunks);
        assertThat(Answer.of(second, "others", Prompts.of(5, FUNCTIONS), TOKENS).cachedTokens())
                .isZero();
    }

    @Test
    void a_redis_that_is_killed_paused_and_flushed_fails_no_request_and_changes_no_text()
            throws Exception {
        disturb(6, 12);
    }

    @Test
    @Tag("system")
    void so_it_is_with_50_streams() throws Exception {
        disturb(50, 150);
    }

    /**
     * @param answersEach to be given before the next thing happens to Redis
     */
    private static void disturb(int streams, int answersEach) throws Exception {
        List<String> prompts =
                IntStream.range(100, 112).mapToObj(i -> Prompts.of(i, FUNCTIONS)).toList();
        List<String> texts =
                prompts.stream().map(prompt -> Load.ask(first, prompt, TOKENS).text()).toList();
        try (Load load = Load.start(List.of(first, second), prompts, texts, TOKENS, streams)) {
            load.await(answersEach);
            shared.redis.kill();
            load.await(answersEach);
            shared.redis.startAgain();
            load.await(answersEach);
            shared.redis.pause();
            load.await(answersEach);
            shared.redis.resume();
            load.await(answersEach);
            shared.redis.flush();
            load.await(answersEach);
        }
        assertThat(metric(second, "inference_prefix_fetches_seconds_count{result=\"hit\"}"))
                .isPositive();
        System.out.printf(
                "Redis killed, paused and flushed under %d streams: 0 of %d answers failed or"
                        + " differed; fetches hit %.0f, missed %.0f, late %.0f, failed %.0f%n",
                streams,
                6 * answersEach,
                fetches("hit"),
                fetches("miss"),
                fetches("late"),
                fetches("error"));
    }

    private static double fetches(String result) throws IOException, InterruptedException {
        return metric(
                second, "inference_prefix_fetches_seconds_count{result=\"%s\"}".formatted(result));
    }

    /** Asks until the replica finds fetching worth while, which now and then it does always. */
    private static Answer fetch(String tenant, int prompt, String text)
            throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            Answer answer = Answer.of(second, tenant, Prompts.of(prompt, FUNCTIONS), TOKENS);
            assertThat(answer.text()).isEqualTo(text);
            if (answer.prefix().equals("FETCH")) {
                return answer;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        throw new AssertionError("Nothing was fetched within " + PATIENCE);
    }

    private static List<String> added(List<String> before) throws IOException {
        return shared.redis.chunks().stream().filter(key -> !before.contains(key)).toList();
    }
}
