package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON at the start of a safetensors file, checked against the bytes that follow it: the
 * tensors fill these without gap or overlap. Nothing is allocated by what it declares.
 *
 * @param entries in the order of the header
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    /** Offsets count from the end of the header. */
    record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

    /**
     * @param dataBytes length of the file after the header
     * @throws CheckpointException naming the tensor or key at fault, but not the file
     */
    static SafetensorsHeader parse(ByteBuffer utf8, long dataBytes) {
        JsonObject json = StrictJson.object(text(utf8), "The header");
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        json.asMap()
                .forEach(
                        (name, value) -> {
                            if (name.equals(METADATA)) {
                                metadata.putAll(metadata(value));
                            } else {
                                entries.add(entry(name, value, dataBytes));
                            }
                        });
        requireContiguous(entries, dataBytes);
        return new SafetensorsHeader(List.copyOf(entries), Map.copyOf(metadata));
    }

    private static String text(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException("The header is not UTF-8", e);
        }
    }

    private static Map<String, String> metadata(JsonElement value) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!(value instanceof JsonObject object)) {
            throw new CheckpointException(METADATA + " must be an object of strings");
        }
        object.asMap()
                .forEach(
                        (key, text) -> {
                            if (!(text instanceof JsonPrimitive string && string.isString())) {
                                throw new CheckpointException(
                                        METADATA + "." + key + " must be a string");
                            }
                            metadata.put(key, text.getAsString());
                        });
        return metadata;
    }

    private static Entry entry(String name, JsonElement value, long dataBytes) {
        if (!(value instanceof JsonObject fields)) {
            throw malformed(name, "must be an object with dtype, shape and data_offsets");
        }
        DType dtype = dtype(name, fields.get("dtype"));
        long[] shape = numbers(name, "shape", fields.get("shape"));
        long[] offsets = numbers(name, "data_offsets", fields.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw malformed(name, "data_offsets must be [begin, end] with begin <= end");
        }
        if (offsets[1] > dataBytes) {
            throw malformed(
                    name,
                    "ends at byte %d of the data, but the file has %d: is it cut off?"
                            .formatted(offsets[1], dataBytes));
        }
        if (Tensor.byteSize(dtype, shape) != offsets[1] - offsets[0]) {
            throw malformed(
                    name,
                    "is %s, which does not need the %d bytes of its data_offsets"
                            .formatted(Tensor.describe(dtype, shape), offsets[1] - offsets[0]));
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static DType dtype(String name, @Nullable JsonElement value) {
        if (value instanceof JsonPrimitive text && text.isString()) {
            DType dtype = DType.named(text.getAsString());
            if (dtype != null) {
                return dtype;
            }
        }
        throw malformed(name, "dtype is " + value + ", but known are " + List.of(DType.values()));
    }

    private static long[] numbers(String name, String field, @Nullable JsonElement value) {
        if (!(value instanceof JsonArray array)) {
            throw malformed(name, field + " must be an array of whole numbers from 0 on");
        }
        long[] numbers = new long[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(name, field, array.get(i));
        }
        return numbers;
    }

    private static long number(String name, String field, JsonElement value) {
        try {
            if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
                long number = primitive.getAsBigDecimal().longValueExact();
                if (number >= 0) {
                    return number;
                }
            }
        } catch (ArithmeticException e) {
            // A fraction, or beyond 64 bits: refused below like everything else.
        }
        throw malformed(
                name, field + " has " + value + ", but must be whole numbers from 0 to 2^63 - 1");
    }

    private static void requireContiguous(List<Entry> entries, long dataBytes) {
        List<Entry> byPosition = new ArrayList<>(entries);
        byPosition.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : byPosition) {
            if (entry.begin != end) {
                throw malformed(
                        entry.name,
                        "begins at byte %d, but the tensor before it ends at %d: %s"
                                .formatted(
                                        entry.begin,
                                        end,
                                        entry.begin < end ? "they overlap" : "there is a gap"));
            }
            end = entry.end;
        }
        if (end != dataBytes) {
            throw new CheckpointException(
                    "The tensors end at byte %d of the data, but the file has %d"
                            .formatted(end, dataBytes));
        }
    }

    private static CheckpointException malformed(String tensor, String fault) {
        return new CheckpointException("tensor " + tensor + ": " + fault);
    }
}
