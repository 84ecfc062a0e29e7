package dev.seeddiffusion.training.grammar;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One entry of a grammar file: a line {@code kind name, name…}, then lines {@code key value},
 * indented by two spaces; lines indented by four continue the value above. A key may come several
 * times: its values are alternatives or, for code, lines. {@code #} begins a comment line.
 */
record GrammarEntry(String kind, List<String> names, Map<String, List<String>> values) {
    private static final String INDENTATION = "    ";
    private static final Pattern ANY_COMMA = Pattern.compile(", (?=\\$)");

    static List<GrammarEntry> read(String resource) {
        List<GrammarEntry> entries = new ArrayList<>();
        List<String> current = new ArrayList<>();
        for (String line : lines(resource)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(INDENTATION)) {
                String value = current.removeLast();
                String more = line.substring(INDENTATION.length());
                current.add(value.isEmpty() ? more : value + "\n" + more);
            } else if (line.startsWith("  ")) {
                String[] keyAndValue = line.substring(2).split(" ", 2);
                current =
                        entries.getLast()
                                .values
                                .computeIfAbsent(keyAndValue[0], _ -> new ArrayList<>());
                current.add(keyAndValue.length == 1 ? "" : keyAndValue[1]);
            } else {
                String[] kindAndNames = line.split(" ", 2);
                List<String> names = List.of(kindAndNames[1].split(", "));
                entries.add(new GrammarEntry(kindAndNames[0], names, new LinkedHashMap<>()));
            }
        }
        return entries;
    }

    static List<String> lines(String resource) {
        try (InputStream in = GrammarEntry.class.getResourceAsStream(resource);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the entry is called in a list of operations. */
    String operation() {
        return names.getFirst();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** All values of a key; empty if it has none. */
    List<String> all(String key) {
        return values.getOrDefault(key, List.of());
    }

    /** The only, or first, value of a key; empty if it has none. */
    String get(String key) {
        return has(key) ? all(key).getFirst() : "";
    }

    /**
     * One of the values of a key, which must have some: of all that is said of a function in the
     * same tone, so that who has read a part of it knows how the rest is said.
     */
    String any(String key, Choices choices) {
        return choices.among("phrasing", all(key));
    }

    /** The parameters that the operation needs, with their types. */
    List<String> parameters() {
        return has("args") ? List.of(ANY_COMMA.split(get("args"))) : List.of();
    }

    /** Whether the operation works on elements of a type. */
    boolean takes(String type) {
        return List.of(get("takes").split(" ")).contains(type);
    }
}
