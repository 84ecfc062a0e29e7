package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Typed look-ups in {@code config.json}; every failure names the field. */
final class ConfigFields {
    private final JsonObject json;

    ConfigFields(JsonObject json) {
        this.json = json;
    }

    int integer(String field) {
        return value(field, "a whole number of 32 bits", ConfigFields::exactInt);
    }

    int integerOr(String field, int absent) {
        return isAbsent(field) ? absent : integer(field);
    }

    double number(String field) {
        return value(field, "a number", ConfigFields::exactNumber);
    }

    double numberOr(String field, double absent) {
        return isAbsent(field) ? absent : number(field);
    }

    @Nullable Double numberOrNull(String field) {
        return isAbsent(field) ? null : number(field);
    }

    /** A constant of an enum by its name in lower case. */
    <E extends Enum<E>> E constantOr(String field, E absent) {
        if (isAbsent(field)) {
            return absent;
        }
        E[] constants = absent.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (json.get(field).equals(new JsonPrimitive(lowerCase(constant)))) {
                return constant;
            }
        }
        throw new CheckpointException(
                field
                        + " is "
                        + json.get(field)
                        + ", but must be one of "
                        + Arrays.stream(constants).map(ConfigFields::lowerCase).toList());
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    boolean bool(String field) {
        return value(field, "true or false", ConfigFields::exactBoolean);
    }

    void requireIfPresent(String field, String only) {
        requireIfPresent(field, new JsonPrimitive(only));
    }

    void requireIfPresent(String field, boolean only) {
        requireIfPresent(field, new JsonPrimitive(only));
    }

    void requireAbsent(String field) {
        if (!isAbsent(field)) {
            throw new CheckpointException(
                    field + " is " + json.get(field) + ", but only models without it are known");
        }
    }

    private void requireIfPresent(String field, JsonPrimitive only) {
        if (!isAbsent(field) && !json.get(field).equals(only)) {
            throw new CheckpointException(
                    field + " is " + json.get(field) + ", but only " + only + " is known");
        }
    }

    private boolean isAbsent(String field) {
        return !json.has(field) || json.get(field).isJsonNull();
    }

    private <T> T value(String field, String expected, Function<JsonPrimitive, T> exact) {
        if (isAbsent(field)) {
            throw new CheckpointException(field + " is missing, but must be " + expected);
        }
        JsonElement found = json.get(field);
        if (found instanceof JsonPrimitive primitive) {
            try {
                return exact.apply(primitive);
            } catch (ArithmeticException e) {
                // Falls through: the number is not of the kind that is expected.
            }
        }
        throw new CheckpointException(field + " is " + found + ", but must be " + expected);
    }

    private static int exactInt(JsonPrimitive value) {
        if (!value.isNumber()) {
            throw new ArithmeticException();
        }
        return value.getAsBigDecimal().intValueExact();
    }

    private static double exactNumber(JsonPrimitive value) {
        if (!value.isNumber()) {
            throw new ArithmeticException();
        }
        return value.getAsDouble();
    }

    private static boolean exactBoolean(JsonPrimitive value) {
        if (!value.isBoolean()) {
            throw new ArithmeticException();
        }
        return value.getAsBoolean();
    }
}
