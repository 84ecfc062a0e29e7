package dev.seeddiffusion.api.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Records as lines of JSON, each there in full as soon as its request has ended. Thread-safe. */
@Component
@EnableConfigurationProperties(AuditProperties.class)
final class AuditLog implements DisposableBean {

    private static final Logger logger = LoggerFactory.getLogger("audit");

    private final JsonMapper json;
    private final @Nullable PrintWriter file;

    AuditLog(AuditProperties properties, JsonMapper json) {
        this.json = json;
        Path path = properties.file();
        this.file = path == null ? null : open(path);
    }

    void write(AuditRecord entry) {
        String line = json.writeValueAsString(entry);
        if (file == null) {
            logger.info(line);
        } else {
            file.append(line + "\n").flush();
        }
    }

    @Override
    public void destroy() {
        if (file != null) {
            file.close();
        }
    }

    private static PrintWriter open(Path path) {
        try {
            return new PrintWriter(
                    Files.newBufferedWriter(
                            path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new BeanCreationException(
                    "The audit log cannot be written: let api.audit.file name a file in a folder"
                            + " that exists and may be written to.",
                    e);
        }
    }
}
