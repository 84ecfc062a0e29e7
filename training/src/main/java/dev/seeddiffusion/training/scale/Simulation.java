package dev.seeddiffusion.training.scale;

import dev.seeddiffusion.training.scale.Request.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Requests that arrive at random (a Poisson process) are routed to replicas and served. Equal seeds
 * give equal findings.
 */
final class Simulation {

    private static final int REQUESTS = 30_000;

    /**
     * Not counted: replicas begin empty. Redis has all, since it keeps what was used within a day.
     */
    private static final int WARM_UP = 10_000;

    /** As the api-service routes: a replica with so many times its share is passed over. */
    private static final double MOST_LOAD = 1.25;

    private static final double QUANTILE = 0.99;

    private final Clock clock = new Clock();
    private final ServedModel model;
    private final Traffic traffic;
    private final RedisLink redis;
    private final List<SimulatedReplica> replicas = new ArrayList<>();
    private final List<Request> done = new ArrayList<>();
    private final double[] popularity;
    private final SplittableRandom random;
    private int arrived;
    private int ended;
    private double warmAt;
    private double busyBefore;
    private double redisBusyBefore;

    private Simulation(
            ServedModel model, Traffic traffic, int replicas, int redisNodes, long seed) {
        this.model = model;
        this.traffic = traffic;
        this.popularity = popularity(traffic.prefixes());
        this.random = new SplittableRandom(seed);
        this.redis = new RedisLink(clock, redisNodes * model.redisBytesPerSecond());
        for (int i = 0; i < replicas; i++) {
            this.replicas.add(new SimulatedReplica(clock, model, redis, this::end));
        }
    }

    /**
     * @param redisNodes among which chunks spread evenly
     */
    static Findings run(
            ServedModel model, Traffic traffic, int replicas, int redisNodes, long seed) {
        return new Simulation(model, traffic, replicas, redisNodes, seed).run();
    }

    private Findings run() {
        clock.after(exponential(1 / traffic.perSecond()), this::arrive);
        clock.run();
        double seconds = clock.now() - warmAt;
        double[] firstTokens =
                done.stream().mapToDouble(it -> it.firstTokenAt - it.arrivedAt).sorted().toArray();
        return new Findings(
                (busy() - busyBefore) / seconds / replicas.size(),
                firstTokens[(int) (QUANTILE * firstTokens.length)],
                done.stream().mapToDouble(it -> it.doneAt - it.arrivedAt).average().orElseThrow(),
                share(Source.MEMORY),
                share(Source.REDIS),
                (redis.busySeconds() - redisBusyBefore) / seconds);
    }

    private void arrive() {
        if (arrived == WARM_UP) {
            warmAt = clock.now();
            busyBefore = busy();
            redisBusyBefore = redis.busySeconds();
        }
        arrived++;
        int prefix = prefix();
        route(prefix).enter(new Request(prefix, clock.now(), exponential(model.outputTokens())));
        if (arrived < REQUESTS) {
            clock.after(exponential(1 / traffic.perSecond()), this::arrive);
        }
    }

    private void end(Request request) {
        ended++;
        request.doneAt = clock.now();
        if (request.arrivedAt >= warmAt && arrived > WARM_UP) {
            done.add(request);
        }
    }

    /** The replica that most likely has the prefix, of those that are not too busy. */
    private SimulatedReplica route(int prefix) {
        double most = Math.ceil(MOST_LOAD * (arrived - ended) / replicas.size());
        @Nullable SimulatedReplica best = null;
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < replicas.size(); i++) {
            long score = score(i, prefix);
            if (replicas.get(i).inFlight() < most && (best == null || score < lowest)) {
                best = replicas.get(i);
                lowest = score;
            }
        }
        return Objects.requireNonNull(best, "One always has less than its share.");
    }

    private static long score(int replica, int prefix) {
        return new SplittableRandom((long) replica << 32 | prefix).nextLong();
    }

    private int prefix() {
        int found = Arrays.binarySearch(popularity, random.nextDouble());
        return found < 0 ? -found - 1 : found;
    }

    private double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private double busy() {
        return replicas.stream().mapToDouble(SimulatedReplica::busySeconds).sum();
    }

    private double share(Source source) {
        return done.stream().filter(it -> it.source == source).count() / (double) done.size();
    }

    private static double[] popularity(int prefixes) {
        double[] cumulative =
                IntStream.rangeClosed(1, prefixes).mapToDouble(rank -> 1.0 / rank).toArray();
        Arrays.parallelPrefix(cumulative, Double::sum);
        double sum = cumulative[prefixes - 1];
        return Arrays.stream(cumulative).map(it -> it / sum).toArray();
    }
}
