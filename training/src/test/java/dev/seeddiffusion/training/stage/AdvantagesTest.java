package dev.seeddiffusion.training.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On a bandit with a softmax over its arms, where the gradient and the optimum are known. */
class AdvantagesTest {

    private static final double[] REWARDS = {0.2, 0.9, 0.5, -0.4, 0.7};
    private static final int BEST = 1;
    private static final int SAMPLES = 4;

    @Test
    void a_sample_is_measured_by_the_mean_of_the_others() {
        assertThat(Advantages.of(new double[] {1, 0, 0.5}))
                .containsExactly(new double[] {0.75, -0.75, 0}, within(1e-12));
    }

    @Test
    void advantages_add_up_to_zero_and_a_single_sample_or_equal_ones_have_none() {
        RandomGenerator random = new SplittableRandom(1);
        for (int count = 1; count < 20; count++) {
            double[] rewards = random.doubles(count).toArray();
            assertThat(Arrays.stream(Advantages.of(rewards)).sum()).isCloseTo(0, within(1e-9));
        }
        assertThat(Advantages.of(new double[] {0.7})).containsExactly(0);
        assertThat(Advantages.of(new double[] {0.5, 0.5, 0.5})).containsOnly(0);
        assertThat(Advantages.of(new double[0])).isEmpty();
    }

    @Test
    void the_estimate_is_the_gradient_on_average() {
        double[] logits = {0.3, -0.5, 0, 1.2, 0.1};
        double[] exact = gradient(logits);
        RandomGenerator random = new SplittableRandom(2);
        int rounds = 100_000;
        double[] sum = new double[logits.length];
        double[] squares = new double[logits.length];
        for (int round = 0; round < rounds; round++) {
            double[] estimate = estimate(logits, random);
            for (int arm = 0; arm < logits.length; arm++) {
                sum[arm] += estimate[arm];
                squares[arm] += estimate[arm] * estimate[arm];
            }
        }
        for (int arm = 0; arm < logits.length; arm++) {
            double mean = sum[arm] / rounds;
            double standardError = Math.sqrt((squares[arm] / rounds - mean * mean) / rounds);
            assertThat(standardError).isLessThan(0.01);
            assertThat(mean).isCloseTo(exact[arm], within(5 * standardError));
        }
    }

    @Test
    void following_it_finds_the_best_arm() {
        for (long seed = 0; seed < 5; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            double[] logits = new double[REWARDS.length];
            for (int step = 0; step < 5_000; step++) {
                double[] estimate = estimate(logits, random);
                for (int arm = 0; arm < logits.length; arm++) {
                    logits[arm] += 0.2 * estimate[arm];
                }
            }
            assertThat(softmax(logits)[BEST]).as("seed " + seed).isGreaterThan(0.9);
        }
    }

    /** Of the expected reward, by the log-derivative trick. */
    private static double[] estimate(double[] logits, RandomGenerator random) {
        double[] shares = softmax(logits);
        int[] arms = IntStream.range(0, SAMPLES).map(_ -> draw(shares, random)).toArray();
        double[] advantages =
                Advantages.of(IntStream.of(arms).mapToDouble(arm -> REWARDS[arm]).toArray());
        double[] estimate = new double[logits.length];
        for (int i = 0; i < SAMPLES; i++) {
            for (int arm = 0; arm < logits.length; arm++) {
                double slope = (arms[i] == arm ? 1 : 0) - shares[arm]; // of log p(arms[i])
                estimate[arm] += advantages[i] * slope / SAMPLES;
            }
        }
        return estimate;
    }

    private static double[] gradient(double[] logits) {
        double[] shares = softmax(logits);
        double expected =
                IntStream.range(0, shares.length).mapToDouble(i -> shares[i] * REWARDS[i]).sum();
        return IntStream.range(0, shares.length)
                .mapToDouble(i -> shares[i] * (REWARDS[i] - expected))
                .toArray();
    }

    private static double[] softmax(double[] logits) {
        double[] powers = Arrays.stream(logits).map(Math::exp).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> power / sum).toArray();
    }

    private static int draw(double[] shares, RandomGenerator random) {
        double left = random.nextDouble();
        int arm = 0;
        while (arm < shares.length - 1 && left >= shares[arm]) {
            left -= shares[arm++];
        }
        return arm;
    }
}
