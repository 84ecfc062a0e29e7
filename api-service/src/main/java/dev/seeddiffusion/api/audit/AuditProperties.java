package dev.seeddiffusion.api.audit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the audit log is.
 *
 * @param file grows by a line a request; without one the lines are messages of the logger {@code
 *     audit}
 */
@ConfigurationProperties("api.audit")
record AuditProperties(@Nullable Path file) {}
