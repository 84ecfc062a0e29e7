package dev.seeddiffusion.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Redis, a cache-service, and replicas that share it, each a process. */
final class SharedCache implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final RedisProcess redis = RedisProcess.start();
    final ServiceProcess service =
            ServiceProcess.start(
                    "cache-service", "shared-cache", "spring.data.redis.port=" + redis.port());
    private final List<ServiceProcess> replicas = new ArrayList<>();

    SharedCache() throws IOException {}

    /**
     * @param settings further ones, as {@code name=value}
     */
    ServiceProcess replica(String name, Path model, String... settings)
            throws IOException, InterruptedException {
        service.awaitReady();
        ServiceProcess replica =
                ServiceProcess.start(
                        "inference-service",
                        "shared-" + name,
                        Stream.concat(
                                        Stream.of(
                                                "inference.model=" + model,
                                                "inference.prefix-cache.cache-service="
                                                        + service.address(),
                                                "inference.prefix-cache.secret="
                                                        + "made for this test, and long enough"),
                                        Stream.of(settings))
                                .toArray(String[]::new));
        replicas.add(replica);
        return replica.awaitReady();
    }

    /** Has a replica compute a prompt, and waits until others can fetch it. */
    Answer compute(ServiceProcess replica, String tenant, String prompt, int maxTokens)
            throws IOException, InterruptedException {
        double stored = stored(replica);
        Answer answer = Answer.of(replica, tenant, prompt, maxTokens);
        int chunks = (answer.promptTokens() - answer.cachedTokens()) / 64;
        Instant deadline = Instant.now().plus(PATIENCE);
        while (stored(replica) < stored + chunks) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Not stored within " + PATIENCE);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return answer;
    }

    private static double stored(ServiceProcess replica) throws IOException, InterruptedException {
        return metric(replica, "inference_prefix_stores_total{result=\"kept\"}");
    }

    /** As Prometheus reads it; 0 if it is not there. */
    static double metric(ServiceProcess process, String series)
            throws IOException, InterruptedException {
        Matcher line =
                Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                        .matcher(process.get("/actuator/prometheus").body());
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    @Override
    public void close() throws IOException {
        replicas.forEach(ServiceProcess::close);
        service.close();
        redis.close();
    }
}
