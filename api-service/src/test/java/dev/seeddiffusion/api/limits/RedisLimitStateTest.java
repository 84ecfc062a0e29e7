package dev.seeddiffusion.api.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedis;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.scheduler.Schedulers;

/** The shared state on a real Redis, alone and with what stands in for it. */
@ExtendWith(OutputCaptureExtension.class)
class RedisLimitStateTest extends LimitStateContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static RealRedis redis;
    private static LettuceConnectionFactory connections;
    private static LimitState state;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        connections =
                new LettuceConnectionFactory(
                        new RedisStandaloneConfiguration("127.0.0.1", redis.port()),
                        LettuceClientConfiguration.builder()
                                .clientOptions(
                                        ClientOptions.builder()
                                                .disconnectedBehavior(
                                                        DisconnectedBehavior.REJECT_COMMANDS)
                                                .build())
                                .build());
        connections.afterPropertiesSet();
        connections.start();
        state = shared();
    }

    private static LimitState shared() {
        return new RedisLimitState(new ReactiveStringRedisTemplate(connections), connections);
    }

    @AfterAll
    static void stop() {
        connections.destroy();
        redis.close();
    }

    @Override
    LimitState state() {
        return state;
    }

    @Test
    void two_processes_share_what_is_left() {
        Budget budget = new Budget("requests", UUID.randomUUID().toString(), 1);
        assertThat(state.take(budget).block(PATIENCE).taken()).isTrue();
        assertThat(shared().take(budget).block(PATIENCE).taken()).isFalse();
    }

    @Test
    void an_event_loop_may_subscribe() {
        Budget budget = new Budget("requests", UUID.randomUUID().toString(), 1);
        assertThat(
                        state.take(budget)
                                .subscribeOn(Schedulers.parallel()) // where blocking is an error
                                .block(PATIENCE)
                                .taken())
                .isTrue();
    }

    @Test
    void without_redis_the_limits_of_this_process_hold_and_with_it_the_shared_ones(
            CapturedOutput output) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        LimitState resilient =
                new ResilientLimitState(shared(), new LocalLimitState(), PATIENCE, meters);
        Budget budget = new Budget("requests", UUID.randomUUID().toString(), 5);
        assertThat(resilient.take(budget).block(PATIENCE).remaining()).isEqualTo(4);
        assertThat(meters.get("api.limits.shared").gauge().value()).isEqualTo(1);

        redis.stop();
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(resilient.take(budget).block(PATIENCE).remaining()).isEqualTo(4 - i);
            }
            assertThat(resilient.take(budget).block(PATIENCE).taken()).isFalse();
            assertThat(resilient.occupy("x", 1, "a").block(PATIENCE)).isTrue();
            assertThat(resilient.occupy("x", 1, "b").block(PATIENCE)).isFalse();
            assertThat(meters.get("api.limits.shared").gauge().value()).isZero();
            assertThat(output.toString().split("Redis does not answer", -1)).hasSize(2);
        } finally {
            redis.startAgain();
        }

        Instant deadline = Instant.now().plus(PATIENCE);
        while (meters.get("api.limits.shared").gauge().value() == 0) {
            assertThat(Instant.now()).isBefore(deadline);
            resilient.take(new Budget("requests", UUID.randomUUID().toString(), 5)).block(PATIENCE);
        }
        assertThat(resilient.take(budget).block(PATIENCE).remaining()).isEqualTo(4); // a new Redis
    }
}
