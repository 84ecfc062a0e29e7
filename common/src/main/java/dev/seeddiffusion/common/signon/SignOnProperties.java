package dev.seeddiffusion.common.signon;

import dev.seeddiffusion.common.settings.HttpAddress;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whose tokens a service takes.
 *
 * @param issuers as tokens name them in {@code iss}, such as {@code
 *     https://id.example/realms/seed}; all of them are trusted alike. None: the service has to be
 *     bound to loopback
 * @param audience what a token must name in {@code aud}; by default the name of the service
 */
@Validated
@ConfigurationProperties("sign-on")
public record SignOnProperties(
        @DefaultValue List<@HttpAddress String> issuers, @NotBlank String audience) {

    /** Whether there is somebody to sign on with. */
    public boolean required() {
        return !issuers.isEmpty();
    }
}
