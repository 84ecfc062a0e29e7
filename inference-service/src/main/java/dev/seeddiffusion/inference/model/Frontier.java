package dev.seeddiffusion.inference.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.DecodingMode;
import dev.seeddiffusion.diffusion.checkpoint.SamplingDefaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/**
 * How well a checkpoint writes in each setting and how many tokens a forward, as {@code seed
 * frontier} measured it once and put it beside the weights. How long a forward takes is the
 * machine's part, and is not taken from there.
 *
 * @param model the checkpoint that was measured, as the rows name it
 * @param rows one a setting
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Frontier(String model, List<Row> rows) {

    static final String FILE = "frontier.json";

    /**
     * By how much a setting may be worse than one token at a time, of tasks' share answered right.
     */
    private static final double QUALITY_TO_LOSE = 0.01;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();

    /**
     * @param model only where one token at a time was written: by which checkpoint
     * @param blockTokens null where one token at a time was written
     * @param threshold confidence from which a token was placed; null for the checkpoint's
     * @param passAt1 share of the tasks answered right
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Row(
            DecodingMode mode,
            @Nullable String model,
            @Nullable Integer blockTokens,
            @Nullable Double threshold,
            @JsonProperty("pass_at_1") double passAt1,
            double tokensPerForward) {

        /** Another model's row is there to compare with. */
        boolean isOf(String measured) {
            return model == null || model.equals(measured);
        }

        int forwardTokens() {
            return mode.forwardTokens(blockTokens == null ? 1 : blockTokens);
        }

        /** S = tokens per forward ÷ r, r = time of such a forward ÷ time of one over a token. */
        double speedUp(Map<Integer, Double> forwardMillis) {
            return tokensPerForward * forwardMillis.get(1) / forwardMillis.get(forwardTokens());
        }

        /** As the defaults of a replica that writes in this way. */
        SamplingDefaults over(SamplingDefaults checkpoint) {
            return new SamplingDefaults(
                    mode,
                    blockTokens == null ? checkpoint.blockTokens() : blockTokens,
                    threshold == null ? checkpoint.threshold() : threshold,
                    checkpoint.reviseThreshold(),
                    checkpoint.approximatePrefix());
        }
    }

    /**
     * @return empty if there is none beside the checkpoint
     * @throws CheckpointException if it cannot be read
     */
    static Optional<Frontier> read(Path checkpoint) {
        Path file = checkpoint.resolve(FILE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), Frontier.class));
        } catch (JacksonException e) {
            throw new CheckpointException(
                    "%s is not what seed frontier --json writes: %s. Write it anew, or remove it."
                            .formatted(file, e.getOriginalMessage()),
                    e);
        }
    }

    /** Lengths of forwards whose time must be known to choose, that of one token among them. */
    int[] forwardTokens() {
        return IntStream.concat(IntStream.of(1), rows.stream().mapToInt(Row::forwardTokens))
                .distinct()
                .sorted()
                .toArray();
    }

    /**
     * The fastest setting of those that are as good as one token at a time, which is itself one:
     * where nothing is faster, it is chosen.
     *
     * @param forwardMillis time of a forward over each of {@link #forwardTokens}
     * @return empty if one token at a time was not measured, so that nothing is known of quality
     */
    Optional<Row> fastest(Map<Integer, Double> forwardMillis) {
        return oneByOne().flatMap(slow -> fastest(slow.passAt1 - QUALITY_TO_LOSE, forwardMillis));
    }

    private Optional<Row> fastest(double leastPassAt1, Map<Integer, Double> forwardMillis) {
        return rows.stream()
                .filter(row -> row.isOf(model) && row.passAt1 >= leastPassAt1)
                .max(Comparator.comparingDouble(row -> row.speedUp(forwardMillis)));
    }

    private Optional<Row> oneByOne() {
        return rows.stream()
                .filter(row -> row.mode == DecodingMode.AUTOREGRESSIVE && row.isOf(model))
                .findFirst();
    }
}
