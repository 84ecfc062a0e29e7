package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import jakarta.validation.constraints.NotNull;
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
 * @param computeType what matrices, keys and values are stored and multiplied in
 */
@Validated
@ConfigurationProperties("inference")
record ModelProperties(
        @NotNull(
                        message =
                                "inference.model names no checkpoint: give its directory, such as"
                                        + " --inference.model=models/nano")
                Path model,
        @Nullable String modelId,
        @DefaultValue("bf16") @NotNull ComputeType computeType) {

    /** A type that the model computes in. */
    enum ComputeType {
        BF16(DType.BF16),
        F32(DType.F32);

        private final DType dtype;

        ComputeType(DType dtype) {
            this.dtype = dtype;
        }

        DType dtype() {
            return dtype;
        }
    }

    String id() {
        if (modelId != null) {
            return modelId;
        }
        Path name = model.toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString(); // only the root directory has no name
    }
}
