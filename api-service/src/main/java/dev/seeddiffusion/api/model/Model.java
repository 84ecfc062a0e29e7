package dev.seeddiffusion.api.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.common.generation.ModelDescription;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * OpenAI's model object, and after its four fields what else is worth knowing here.
 *
 * @param created seconds since 1970 at which this service began to serve it
 * @param expectedSpeedUp of the defaults over one token at a time, on this machine; null if not
 *     known
 */
@JsonNaming(SnakeCaseStrategy.class)
record Model(
        String id,
        String object,
        long created,
        String ownedBy,
        int contextTokens,
        long parameters,
        int blockTokens,
        double threshold,
        String decoding,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double expectedSpeedUp) {

    static Model of(ModelDescription model, long created) {
        return new Model(
                model.id(),
                "model",
                created,
                "seed-diffusion",
                model.contextTokens(),
                model.parameters(),
                model.blockTokens(),
                model.threshold(),
                model.decoding().name().toLowerCase(Locale.ROOT),
                model.expectedSpeedUp());
    }
}
