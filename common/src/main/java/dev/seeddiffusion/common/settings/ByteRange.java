package dev.seeddiffusion.common.settings;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** A size within bounds, in bytes. */
@Constraint(validatedBy = ByteRange.Validator.class)
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ByteRange {

    long min() default 1;

    /** Smaller where the bytes are held in one array. */
    long max() default Long.MAX_VALUE;

    String message() default "must be between {min} and {max} bytes";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Compares. */
    final class Validator implements ConstraintValidator<ByteRange, DataSize> {

        private long min;
        private long max;

        @Override
        public void initialize(ByteRange range) {
            min = range.min();
            max = range.max();
        }

        @Override
        public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
            return size == null || size.toBytes() >= min && size.toBytes() <= max;
        }
    }
}
