package dev.seeddiffusion.training.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

    private static final Traffic FIVE = new Traffic(5, 1000);
    private static final Traffic THREE_HUNDRED = new Traffic(300, 1000);
    private static final double MEAN_OUTPUT = 20;
    private static final double STEP_SECONDS = 0.01;

    /** Of the geometric number of steps, one token each. */
    private static final double SERVICE_SECONDS = STEP_SECONDS / (1 - Math.exp(-1 / MEAN_OUTPUT));

    /**
     * Lengths without memory and a replica that works at one speed, however many share it: M/M/1.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.8})
    void a_replica_whose_forwards_take_as_long_as_their_tokens_is_an_m_m_1_queue(double load) {
        List<Findings> found =
                LongStream.range(0, 10)
                        .mapToObj(seed -> run(new double[] {10, 20}, load / SERVICE_SECONDS, seed))
                        .toList();
        assertThat(found.stream().mapToDouble(Findings::busy).average().orElseThrow())
                .isCloseTo(load, Percentage.withPercentage(2));
        assertThat(found.stream().mapToDouble(Findings::meanSeconds).average().orElseThrow())
                .isCloseTo(SERVICE_SECONDS / (1 - load), Percentage.withPercentage(5));
    }

    /** Forwards that take no longer for many: each request has the replica to itself. */
    @Test
    void a_replica_whose_forwards_cost_the_same_for_all_keeps_nobody_waiting() {
        Findings found = run(new double[] {10, 10}, 0.5 / SERVICE_SECONDS, 1);
        double untilNextRound = STEP_SECONDS * found.busy() / 2;
        assertThat(found.meanSeconds())
                .isCloseTo(SERVICE_SECONDS + untilNextRound, Percentage.withPercentage(2));
    }

    @Test
    void equal_seeds_give_equal_findings() {
        Findings first = Simulation.run(ServedModel.NANO, THREE_HUNDRED, 3, 1, 7);
        assertThat(Simulation.run(ServedModel.NANO, THREE_HUNDRED, 3, 1, 7)).isEqualTo(first);
        assertThat(Simulation.run(ServedModel.NANO, THREE_HUNDRED, 3, 1, 8)).isNotEqualTo(first);
    }

    @Test
    void a_prefix_is_fetched_only_where_that_is_faster() {
        Findings fast = Simulation.run(ServedModel.OF_200_MILLION, FIVE, 8, 1, 1);
        Findings slow = Simulation.run(withRedisOf(1e6), FIVE, 8, 1, 1);
        assertThat(fast.fromRedis()).isGreaterThan(0.2);
        assertThat(slow.fromRedis()).isZero();
        assertThat(slow.meanSeconds()).isGreaterThan(1.1 * fast.meanSeconds());
    }

    /** Of docs/evidence.md, lossless; 9.30 tokens a forward there. */
    @ParameterizedTest
    @CsvSource({"1, 2234", "4, 3709", "16, 4683"})
    void rounds_explain_the_measured_speed_of_the_small_model(int streams, double measured) {
        double sameGain = 9.30 / ServedModel.NANO.tokensPerForward();
        assertThat(ServedModel.NANO.tokensPerSecond(streams) * sameGain)
                .isCloseTo(measured, Percentage.withPercentage(20));
    }

    @Test
    void times_between_and_beyond_the_measured_ones_lie_on_lines() {
        ForwardTimes times = new ForwardTimes(new int[] {1, 3, 5}, new double[] {10, 14, 20});
        assertThat(times.millis(1)).isEqualTo(10);
        assertThat(times.millis(2)).isEqualTo(12);
        assertThat(times.millis(5)).isEqualTo(20);
        assertThat(times.millis(7)).isCloseTo(26, within(1e-9));
    }

    @Test
    void a_shape_takes_the_memory_that_its_sizes_say() {
        ModelShape shape = new ModelShape("a", 1 << 20, 2, 4, 8, 16);
        assertThat(shape.weightBytes()).isEqualTo(2 << 20);
        assertThat(shape.tokenBytes()).isEqualTo(2 * 2 * 4 * 8 * 2);
        assertThat(shape.requestsIn(4 << 20)).isEqualTo((long) (1.6 * (1 << 20) / (16 * 256)));
    }

    /** One token a step, without prompts. */
    private static Findings run(double[] millis, double perSecond, long seed) {
        ServedModel model =
                new ServedModel(
                        new ModelShape("ideal", 1, 1, 1, 1, 1),
                        new ForwardTimes(new int[] {1, 2}, millis),
                        1,
                        1,
                        0,
                        0,
                        MEAN_OUTPUT,
                        1e9);
        return Simulation.run(model, new Traffic(perSecond, 1), 1, 1, seed);
    }

    private static ServedModel withRedisOf(double bytesPerSecond) {
        ServedModel model = ServedModel.OF_200_MILLION;
        return new ServedModel(
                model.shape(),
                model.forwards(),
                model.rows(),
                model.tokensPerForward(),
                model.promptTokens(),
                model.sharedTokens(),
                model.outputTokens(),
                bytesPerSecond);
    }
}
