package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.diffusion.model.Precision;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which model is served.
 *
 * @param model directory of the checkpoint
 * @param modelId the name that requests carry; the directory's if there is none
 * @param computeType what matrices, keys and values are kept in: {@code bf16}, {@code f32}, or
 *     {@code int8}, which keeps matrices in half of the memory and takes longer
 * @param deterministic whether each generation has forwards of its own: slower, but equal requests
 *     get equal text whoever else is served; sharing a forward changes last bits of the sums
 * @param calibrate whether forwards are timed at the start, to choose from the checkpoint's {@code
 *     frontier.json} how to write; else config.json says it
 * @param calibrationFolder where those times are kept for the next start; {@code
 *     .cache/seed-diffusion} in the user's home if there is none
 */
@Validated
@ConfigurationProperties("inference")
record ModelProperties(
        @NotNull(
                        message =
                                "inference.model names no checkpoint: give its directory, such as"
                                        + " --inference.model=models/nano")
                Path model,
        @Nullable @Size(min = 1) String modelId,
        @DefaultValue("bf16") @NotNull Precision computeType,
        @DefaultValue("false") boolean deterministic,
        @DefaultValue("true") boolean calibrate,
        @Nullable Path calibrationFolder) {

    Path timesFolder() {
        return calibrationFolder == null
                ? Path.of(System.getProperty("user.home"), ".cache", "seed-diffusion")
                : calibrationFolder;
    }

    String id() {
        if (modelId != null) {
            return modelId;
        }
        Path name = model.toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString(); // only the root directory has no name
    }
}
