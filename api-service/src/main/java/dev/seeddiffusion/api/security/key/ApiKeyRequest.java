package dev.seeddiffusion.api.security.key;

import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Scope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The key that is asked for.
 *
 * @param name for people, up to 100 characters
 * @param scopes {@code completions}, {@code edits} or both; a key cannot manage keys
 * @param expiresInDays 1 to 366; 90 unless it says otherwise
 */
@JsonNaming(SnakeCaseStrategy.class)
record ApiKeyRequest(
        @Nullable String name,
        @Nullable List<@Nullable String> scopes,
        @Nullable Integer expiresInDays) {

    private static final int MAX_NAME = 100;
    private static final int USUAL_DAYS = 90;
    private static final int MAX_DAYS = 366;

    String checkedName() {
        if (name == null || name.isBlank() || name.length() > MAX_NAME) {
            throw ApiException.invalid(
                    "name", "name must tell what the key is for, in 1 to 100 characters.");
        }
        return name;
    }

    Set<Scope> checkedScopes() {
        Set<Scope> wanted = EnumSet.noneOf(Scope.class);
        for (String scope : scopes == null ? List.<String>of() : scopes) {
            switch (scope) {
                case "completions" -> wanted.add(Scope.COMPLETIONS);
                case "edits" -> wanted.add(Scope.EDITS);
                case null, default -> throw invalidScopes();
            }
        }
        if (wanted.isEmpty()) {
            throw invalidScopes();
        }
        return wanted;
    }

    Duration validFor() {
        int days = expiresInDays == null ? USUAL_DAYS : expiresInDays;
        if (days < 1 || days > MAX_DAYS) {
            throw ApiException.invalid(
                    "expires_in_days",
                    "expires_in_days is %d, but must be from 1 to %d.".formatted(days, MAX_DAYS));
        }
        return Duration.ofDays(days);
    }

    private static ApiException invalidScopes() {
        return ApiException.invalid(
                "scopes", "scopes must be an array of completions, edits or both.");
    }
}
