package dev.seeddiffusion.common.settings;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An address, as URI or text, of {@code http} or {@code https} and with a host. */
@Constraint(validatedBy = HttpAddress.Validator.class)
@Target({ElementType.FIELD, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HttpAddress {

    String message() default "must be an address that begins with http:// or https://";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Looks at its parts. */
    final class Validator implements ConstraintValidator<HttpAddress, Object> {

        private static final Set<String> SCHEMES = Set.of("http", "https");

        @Override
        public boolean isValid(@Nullable Object address, ConstraintValidatorContext context) {
            if (address == null) {
                return true;
            }
            try {
                URI uri = URI.create(address.toString());
                return uri.getHost() != null && SCHEMES.contains(String.valueOf(uri.getScheme()));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
