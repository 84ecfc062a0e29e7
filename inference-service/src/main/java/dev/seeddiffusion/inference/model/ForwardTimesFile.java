package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.diffusion.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers this machine's forward times from one start to the next, a file a model. Without a
 * folder to write to they are measured at each start.
 */
final class ForwardTimesFile {

    private static final Logger log = LoggerFactory.getLogger(ForwardTimesFile.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<Integer, Double>> TIMES = new TypeReference<>() {};

    private final Path folder;

    ForwardTimesFile(Path folder) {
        this.folder = folder;
    }

    /**
     * @param name of what was measured, fit for a file's name
     * @param tokens lengths of forwards
     * @param measure is asked for times of all lengths where one is not known
     * @return milliseconds of a forward over each length
     */
    Map<Integer, Double> of(
            String name, int[] tokens, Function<int[], Map<Integer, Double>> measure) {
        Path file = folder.resolve(name + ".json");
        Map<Integer, Double> known = read(file);
        if (Arrays.stream(tokens).allMatch(known::containsKey)) {
            return known;
        }
        Map<Integer, Double> measured = measure.apply(tokens);
        write(file, measured);
        return measured;
    }

    private static Map<Integer, Double> read(Path file) {
        if (Files.notExists(file)) {
            return Map.of();
        }
        try {
            return JSON.readValue(file.toFile(), TIMES);
        } catch (JacksonException e) {
            log.warn("{} cannot be read, so it is measured anew: {}", file, e.getOriginalMessage());
            return Map.of();
        }
    }

    private void write(Path file, Map<Integer, Double> times) {
        try {
            Files.createDirectories(folder);
            AtomicFile.write(file, JSON.writeValueAsBytes(times));
        } catch (IOException e) {
            log.info(
                    "Forward times cannot be kept in {} ({}), so each start measures them. Let"
                            + " inference.calibration-folder name a folder that can be written to.",
                    folder,
                    e.toString());
        }
    }
}
