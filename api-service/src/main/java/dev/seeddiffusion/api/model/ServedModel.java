package dev.seeddiffusion.api.model;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.common.generation.ModelDescription;
import org.springframework.http.HttpStatus;

/** The one model that there is, whatever clients call it. */
public final class ServedModel {

    private static final int MAX_ECHO = 80;

    private ServedModel() {}

    /**
     * @throws ApiException 404, code {@code model_not_found}, if {@code id} is not the served model
     */
    public static void require(String id, ModelDescription served) {
        if (!id.equals(served.id())) {
            throw new ApiException(
                    HttpStatus.NOT_FOUND,
                    "model",
                    "model_not_found",
                    "The model '%s' is not served here: ask for '%s', or leave the model out."
                            .formatted(
                                    id.substring(0, Math.min(id.length(), MAX_ECHO)), served.id()));
        }
    }
}
