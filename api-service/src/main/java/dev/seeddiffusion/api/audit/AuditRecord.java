package dev.seeddiffusion.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * One request, as a line of the audit log. Holds nothing that a prompt or an output holds.
 *
 * @param tenant absent, as is the caller, if nobody was let in
 * @param status of the answer; absent if the client had gone before there was one
 * @param generations what was generated for it; absent if it was no such request, or never began
 * @param finish of the last generation: {@code stop}, {@code length}, an error's code, or {@code
 *     cancelled}
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditRecord(
        Instant time,
        @Nullable String tenant,
        @Nullable String caller,
        String method,
        String path,
        @Nullable Integer status,
        long millis,
        @Nullable Generations generations,
        @Nullable String finish) {

    /**
     * @param requests how many the backend was asked for
     * @param cachedTokens of the prompt's, those that were not computed
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Generations(
            int requests,
            int promptTokens,
            int cachedTokens,
            int completionTokens,
            int forwards,
            int denoisingSteps) {}
}
