package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import dev.seeddiffusion.diffusion.model.ForwardTimes;
import dev.seeddiffusion.diffusion.model.Transformer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how a replica writes unless a request says otherwise: by the checkpoint's {@link
 * Frontier} and by how long forwards take on this machine, measured at the first start.
 */
final class SelfCalibration {

    private static final Logger log = LoggerFactory.getLogger(SelfCalibration.class);
    private static final int ROUNDS = 30;

    private final ForwardTimesFile times;

    SelfCalibration(ForwardTimesFile times) {
        this.times = times;
    }

    /**
     * @param defaults of the requests that say nothing else
     * @param speedUp S, how many times as fast as one token at a time that is expected to be; null
     *     if it is not known
     */
    record Result(SamplingDefaults defaults, @Nullable Double speedUp) {}

    /**
     * To be called on the model's thread.
     *
     * @param checkpoint its folder
     * @param name of what is measured: the model, what it computes in, and on what
     */
    Result calibrate(Path checkpoint, Transformer model, String name) {
        SamplingDefaults usual = model.config().sampling();
        Optional<Frontier> frontier = Frontier.read(checkpoint);
        if (frontier.isEmpty()) {
            log.info("No {} beside the model: it writes as config.json says.", Frontier.FILE);
            return new Result(usual, null);
        }
        Map<Integer, Double> millis =
                times.of(
                        name,
                        frontier.get().forwardTokens(),
                        it -> ForwardTimes.medians(model, it, ROUNDS));
        return frontier.get()
                .fastest(millis)
                .map(row -> result(row, usual, millis))
                .orElseGet(() -> new Result(usual, null));
    }

    private static Result result(
            Frontier.Row row, SamplingDefaults usual, Map<Integer, Double> millis) {
        SamplingDefaults chosen = row.over(usual);
        double speedUp = row.speedUp(millis);
        log.info(
                "A forward takes {} ms over 1 token and {} ms over {}: {} in blocks of {}, expected"
                        + " to be {} times as fast as one token at a time.",
                "%.1f".formatted(millis.get(1)),
                "%.1f".formatted(millis.get(row.forwardTokens())),
                row.forwardTokens(),
                chosen.decoding(),
                chosen.blockTokens(),
                "%.1f".formatted(speedUp));
        return new Result(chosen, speedUp);
    }
}
