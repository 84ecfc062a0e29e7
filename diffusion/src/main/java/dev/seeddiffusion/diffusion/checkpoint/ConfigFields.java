package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Typed look-ups in {@code config.json}; every failure names the field. */
final class ConfigFields {
    static final ConfigFields EMPTY = new ConfigFields(new JsonObject());

    private final JsonObject json;

    ConfigFields(JsonObject json) {
        this.json = json;
    }

    /**
     * @throws CheckpointException if the file cannot be read or is no JSON object
     */
    static ConfigFields read(Path file) {
        return new ConfigFields(StrictJson.read(file));
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

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    boolean boolOr(String field, boolean absent) {
        return isAbsent(field) ? absent : bool(field);
    }

    boolean bool(String field) {
        return value(field, "true or false", ConfigFields::exactBoolean);
    }

    String text(String field) {
        return value(field, "text", ConfigFields::exactText);
    }

    @Nullable String textOrNull(String field) {
        return isAbsent(field) ? null : text(field);
    }

    /** A token's text, given as itself or as an object that has it. */
    @Nullable String contentOrNull(String field) {
        return json.get(field) instanceof JsonObject
                ? object(field).textOrNull("content")
                : textOrNull(field);
    }

    List<String> textsOr(String field, List<String> absent) {
        return isAbsent(field) ? absent : values(field, "a list of texts", ConfigFields::exactText);
    }

    /** One whole number or a list of them. */
    List<Integer> integersOr(String field, List<Integer> absent) {
        return isAbsent(field)
                ? absent
                : values(field, "whole numbers of 32 bits", ConfigFields::exactInt);
    }

    /** The object of that name; an empty one if there is none. */
    ConfigFields object(String field) {
        if (isAbsent(field)) {
            return EMPTY;
        }
        if (json.get(field) instanceof JsonObject object) {
            return new ConfigFields(object);
        }
        throw new CheckpointException(field + " is " + json.get(field) + ", but must be an object");
    }

    Set<String> names() {
        return json.keySet();
    }

    /**
     * @param only a text, a truth value or a whole number
     */
    void requireIfPresent(String field, Object only) {
        requireIfPresent(
                field,
                switch (only) {
                    case String text -> new JsonPrimitive(text);
                    case Boolean bool -> new JsonPrimitive(bool);
                    case Integer number -> new JsonPrimitive(number);
                    default -> throw new IllegalArgumentException("No option is " + only);
                });
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

    boolean isAbsent(String field) {
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

    private <T> List<T> values(String field, String expected, Function<JsonPrimitive, T> exact) {
        if (!(json.get(field) instanceof JsonArray array)) {
            return List.of(value(field, expected, exact));
        }
        try {
            return array.asList().stream().map(it -> exact.apply(it.getAsJsonPrimitive())).toList();
        } catch (ArithmeticException | IllegalStateException e) { // another kind of value
            throw new CheckpointException(field + " is " + array + ", but must be " + expected);
        }
    }

    private static String exactText(JsonPrimitive value) {
        if (!value.isString()) {
            throw new ArithmeticException();
        }
        return value.getAsString();
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

    @Override
    public String toString() {
        return json.toString();
    }
}
