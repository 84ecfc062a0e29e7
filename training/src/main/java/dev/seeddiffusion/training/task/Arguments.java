package dev.seeddiffusion.training.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Arguments to call a function with, as Python source. */
final class Arguments {
    private static final List<String> WORDS =
            List.of(
                    "apple", "Bob", "level", "sky", "", "Anna", "code", "eve", "Tree", "xyz",
                    "noon", "go", "ab", "Data", " pad ", "lamp", "Hello", "sun");
    private static final List<String> TEXTS =
            List.of(
                    "Hello World",
                    "abc",
                    "a1b2 c3",
                    "Level up",
                    "",
                    "noon at 12",
                    "The quick Fox",
                    "eee",
                    "UPPER lower",
                    "x y z",
                    "go Go gadget",
                    "abracadabra");
    private static final List<String> PATTERNS = List.of("a", "e", "l", "o", "ap", "S", "x");

    private final Random random;

    Arguments(Random random) {
        this.random = random;
    }

    /**
     * @param types Python types of the parameters
     * @return an argument for each, separated by commas
     * @throws IllegalArgumentException if a type is not known
     */
    String draw(List<String> types) {
        return types.stream().map(this::draw).collect(Collectors.joining(", "));
    }

    /** Different lists of arguments, the shortest values among them. */
    List<String> several(List<String> types, int count) {
        List<String> drawn = new ArrayList<>();
        for (int tries = 0; drawn.size() < count && tries < 20 * count; tries++) {
            String arguments = draw(types);
            if (!drawn.contains(arguments)) {
                drawn.add(arguments);
            }
        }
        return drawn;
    }

    private String draw(String type) {
        return switch (type) {
            case "int" -> String.valueOf(integer());
            case "float" -> integer() + ".5";
            case "bool" -> random.nextBoolean() ? "True" : "False";
            case "str" -> quoted(pick(random.nextInt(3) == 0 ? PATTERNS : TEXTS));
            case "list[int]" -> list(this::element);
            case "list[float]" -> list(() -> element() + ".5");
            case "list[str]" -> list(() -> quoted(pick(WORDS)));
            case "list[list[int]]" -> list(() -> list(this::element));
            case "dict[str, int]" -> dictionary();
            default -> throw new IllegalArgumentException("no arguments of type " + type);
        };
    }

    private int integer() {
        double p = random.nextDouble();
        return p < 0.75
                ? 1 + random.nextInt(9)
                : p < 0.93 ? 10 + random.nextInt(50) : 100 + random.nextInt(900);
    }

    private String element() {
        return String.valueOf(
                random.nextInt(6) == 0 ? 10 + random.nextInt(90) : random.nextInt(14) - 4);
    }

    private String list(Supplier<String> element) {
        return elements(element, random.nextInt(6)).collect(Collectors.joining(", ", "[", "]"));
    }

    private String dictionary() {
        List<String> keys = new ArrayList<>(WORDS);
        Collections.shuffle(keys, random);
        int size = random.nextInt(5);
        return keys.subList(0, size).stream()
                .map(key -> quoted(key) + ": " + element())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private Stream<String> elements(Supplier<String> element, int count) {
        return Stream.generate(element).limit(count);
    }

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
