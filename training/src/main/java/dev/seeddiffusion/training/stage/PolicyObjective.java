package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.trajectory.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * On-policy learning: every so many steps the model writes several outputs for each of some tasks,
 * a verifier judges them, and the model learns from the shortest right one of each task and from
 * how much better or worse the others are. Half of the rows stay data that it learnt from before.
 *
 * <p>Source: Seed Diffusion, arXiv 2508.02193, on-policy learning. Against collapse: only verified
 * samples are models, and while too few are verified the horizon falls back to the next step.
 */
public final class PolicyObjective implements Objective {

    /** What a step a token costs in reward, against a right answer's 1. */
    private static final double STEP_COST = 0.5;

    /** Advantages nearer to 0 teach nothing. */
    private static final double LEAST_ADVANTAGE = 0.05;

    private final DiffusionObjective before;
    private final Rollouts rollouts;
    private final PolicySchedule schedule;
    private final int documentEnd;

    private final Map<String, Double> figures = new LinkedHashMap<>();
    private SampledRows sampled;

    /** Has the current model write. */
    @FunctionalInterface
    public interface Rollouts {

        /**
         * @param round from 0; equal rounds of equal models give equal samples
         * @return the samples of each task
         * @throws IOException if they cannot be judged
         */
        List<List<Sample>> draw(Transformer model, int round) throws IOException;
    }

    /**
     * @param before what the model learnt by until now
     * @param rollouts what the model writes anew each round
     * @param schedule rounds, and how far a step shall reach
     * @param documentEnd id of the token that ends a document
     */
    public PolicyObjective(
            DiffusionObjective before,
            Rollouts rollouts,
            PolicySchedule schedule,
            int documentEnd) {
        this.before = before;
        this.rollouts = rollouts;
        this.schedule = schedule;
        this.documentEnd = documentEnd;
        this.sampled = new SampledRows(List.of(), documentEnd);
    }

    @Override
    public void prepare(int step, CurrentModel model) throws IOException {
        if (!schedule.beginsRound(step)) {
            return;
        }
        List<List<Sample>> tasks;
        try (Transformer writer = model.snapshot()) {
            tasks = rollouts.draw(writer, schedule.round(step));
        }
        double horizon = schedule.horizon(step, measure(tasks));
        figures.put("horizon", horizon);
        sampled = new SampledRows(lessons(tasks, horizon), documentEnd);
    }

    /** Only a round's beginning leads to the same samples again. */
    @Override
    public boolean canResumeAt(int step) {
        return schedule.beginsRound(step);
    }

    @Override
    public TrainingBatch pose(Batch clean, CurrentModel model, RandomGenerator random) {
        return sampled.pose(before, clean, model, random);
    }

    @Override
    public Map<String, Double> figures() {
        Map<String, Double> measured = new LinkedHashMap<>(figures);
        figures.clear();
        return measured;
    }

    private double measure(List<List<Sample>> tasks) {
        List<Sample> all = tasks.stream().flatMap(List::stream).toList();
        double steps = all.stream().mapToInt(sample -> sample.trajectory().steps()).sum();
        double tokens = all.stream().mapToInt(Sample::outputTokens).sum();
        double verified = all.stream().mapToDouble(Sample::value).average().orElse(0);
        figures.put("steps per sample", steps / all.size());
        figures.put("tokens per step", tokens / steps);
        figures.put("verified", verified);
        return verified;
    }

    private List<Lesson> lessons(List<List<Sample>> tasks, double horizon) {
        List<Lesson> lessons = new ArrayList<>();
        for (List<Sample> samples : tasks) {
            Sample model =
                    samples.stream()
                            .filter(Sample::isVerified)
                            .min(
                                    Comparator.<Sample>comparingInt(s -> s.trajectory().steps())
                                            .thenComparing(s -> -s.trajectory().elbo()))
                            .orElse(null);
            double[] advantages =
                    Advantages.of(samples.stream().mapToDouble(PolicyObjective::reward).toArray());
            for (int i = 0; i < advantages.length; i++) {
                Sample sample = samples.get(i);
                if (sample == model || Math.abs(advantages[i]) >= LEAST_ADVANTAGE) {
                    lessons.add(
                            new Lesson(
                                    sample,
                                    new PolicyStates(advantages[i], sample == model, horizon)));
                }
            }
        }
        return lessons;
    }

    /** V − c · |τ| / n. */
    private static double reward(Sample sample) {
        return sample.value() - STEP_COST * sample.trajectory().steps() / sample.outputTokens();
    }
}
