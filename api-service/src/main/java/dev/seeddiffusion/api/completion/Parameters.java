package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.api.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters of a request. Each is taken once, with its type and range; what nobody took in the
 * end is refused. Nothing is converted and nothing ignored: {@code 1.5} is not a whole number,
 * {@code "5"} is not a number, and a parameter that would have no effect is an error. {@code null}
 * is the same as leaving a parameter out.
 */
final class Parameters {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final int MAX_ECHO = 40;

    private final Map<String, JsonNode> untaken = new LinkedHashMap<>();
    private final String path;

    private Parameters(JsonNode object, String path) {
        this.path = path;
        object.properties().forEach(entry -> untaken.put(entry.getKey(), entry.getValue()));
    }

    /**
     * @throws ApiException if {@code body} is not one JSON object
     */
    static Parameters parse(byte[] body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JacksonException e) {
            throw notJson(e.getLocation());
        }
        if (!(root instanceof ObjectNode)) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    null,
                    "invalid_json",
                    "The body is %s: send a JSON object, such as {\"prompt\": \"def f():\"}."
                            .formatted(found(root)));
        }
        return of(root);
    }

    /** Those of a JSON object. */
    static Parameters of(JsonNode object) {
        return new Parameters(object, "");
    }

    /** The value, null if it is absent. */
    @Nullable JsonNode take(String name) {
        JsonNode value = untaken.remove(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Whether there is such a parameter that nobody took. */
    boolean has(String name) {
        return untaken.containsKey(name) && !untaken.get(name).isNull();
    }

    @Nullable String string(String name) {
        JsonNode value = take(name);
        return value == null ? null : text(path + name, value, "a string");
    }

    boolean flag(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw mustBe(path + name, "true or false", value);
        }
        return value.booleanValue();
    }

    /** A number of tokens; whether the context holds so many is not known here. */
    @Nullable Integer tokens(String name) {
        return integer(name, 1, Integer.MAX_VALUE, "the length of the model's context");
    }

    /** A whole number in a closed range. */
    @Nullable Integer integer(String name, int least, int greatest) {
        return integer(name, least, greatest, String.valueOf(greatest));
    }

    @Nullable Long longInteger(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw mustBe(path + name, "a whole number of 64 bits", value);
        }
        return value.longValue();
    }

    /** A number in a closed range. */
    @Nullable Double number(String name, double least, double greatest) {
        return number(
                name, "from %s to %s".formatted(plain(least), plain(greatest)), least, greatest);
    }

    /** A number in (0, greatest]. */
    @Nullable Double positive(String name, double greatest) {
        return number(
                name,
                "above 0 and up to %s".formatted(plain(greatest)),
                Double.MIN_VALUE,
                greatest);
    }

    <T> @Nullable T choice(String name, Map<String, T> choices) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        T choice = value.isString() ? choices.get(value.stringValue()) : null;
        if (choice == null) {
            throw mustBe(path + name, "one of " + choices.keySet(), value);
        }
        return choice;
    }

    @Nullable Parameters object(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw mustBe(path + name, "an object", value);
        }
        return new Parameters(value, path + name + ".");
    }

    /** Takes a parameter of OpenAI's that is not supported, unless it says what holds anyway. */
    void unsupported(String name, Predicate<JsonNode> isNeutral, String neutral) {
        JsonNode value = take(name);
        if (value != null && !isNeutral.test(value)) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    path + name,
                    "unsupported_parameter",
                    "%s%s is not supported: %s.".formatted(path, name, neutral));
        }
    }

    void refuseRest() {
        untaken.keySet().stream()
                .findFirst()
                .ifPresent(
                        name -> {
                            String shown = path + shortened(name);
                            throw new ApiException(
                                    HttpStatus.BAD_REQUEST,
                                    shown,
                                    "unknown_parameter",
                                    "There is no parameter %s: leave it out.".formatted(shown));
                        });
    }

    /**
     * @param wanted what to ask for if {@code value} is no string
     */
    static String text(String param, JsonNode value, String wanted) {
        if (!value.isString()) {
            throw mustBe(param, wanted, value);
        }
        String text = value.stringValue();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw ApiException.invalid(
                    param, param + " is not Unicode text: half of a surrogate pair stands alone.");
        }
        return text;
    }

    static ApiException mustBe(String param, String wanted, JsonNode found) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                param,
                "invalid_value",
                "%s is %s, but must be %s.".formatted(param, found(found), wanted));
    }

    private static ApiException notJson(@Nullable TokenStreamLocation location) {
        String where =
                location == null
                        ? ""
                        : " (line %d, column %d)"
                                .formatted(location.getLineNr(), location.getColumnNr());
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                null,
                "invalid_json",
                "The body is not valid JSON"
                        + where
                        + ": send one object, without NaN, comments, trailing commas or repeated"
                        + " names.");
    }

    private @Nullable Integer integer(String name, int least, int greatest, String upTo) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > greatest) {
            throw mustBe(path + name, "a whole number from %d to %s".formatted(least, upTo), value);
        }
        return value.intValue();
    }

    private @Nullable Double number(String name, String range, double least, double greatest) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        // Written so that infinity, which is what 1e999 becomes, fails as well.
        if (!value.isNumber()
                || !(value.doubleValue() >= least && value.doubleValue() <= greatest)) {
            throw mustBe(path + name, "a number " + range, value);
        }
        return value.doubleValue();
    }

    /** Strings are not repeated: they may be prompts. */
    private static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a string";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case NULL, MISSING -> "empty";
            case NUMBER, BOOLEAN -> shortened(value.toString());
            case BINARY, POJO -> throw new IllegalStateException("No JSON text gives these.");
        };
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ECHO ? text : text.substring(0, MAX_ECHO) + "…";
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
