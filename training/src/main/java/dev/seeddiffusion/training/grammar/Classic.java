package dev.seeddiffusion.training.grammar;

import java.util.List;

/** A well-known function: several docstrings and bodies that mean the same. */
final class Classic implements Plan {
    private static final List<Classic> ALL =
            GrammarEntry.read("classics.txt").stream().map(Classic::new).toList();

    private final GrammarEntry entry;
    private final List<String> parameters;
    private final String returns;

    private Classic(GrammarEntry entry) {
        this.entry = entry;
        String[] signature = entry.get("args").split(" -> ");
        this.parameters = List.of(signature[0].split(", (?=\\$)"));
        this.returns = signature[1];
    }

    static List<Classic> all() {
        return ALL;
    }

    /** Calls and what they give, as {@code arguments -> repr of the result}. */
    List<String> tests() {
        return entry.all("test");
    }

    List<String> bodies() {
        return entry.all("body");
    }

    @Override
    public List<Composition> compositions() {
        return List.of(new Composition(List.of(entry.operation())));
    }

    @Override
    public GeneratedFunction write(Choices choices) {
        return write(HouseStyle.of(choices).among(bodies()), choices);
    }

    /**
     * @param body one of {@link #bodies}
     */
    GeneratedFunction write(String body, Choices choices) {
        String name = choices.among("name", entry.names());
        Names names = new Names(parameters, choices).with("f", name);
        String[] test = choices.among("test", entry.all("test")).split(" -> ");
        return FunctionLayout.write(
                name,
                names.parameters(),
                returns,
                names.fill(entry.any("doc", choices)),
                ">>> " + name + "(" + test[0] + ")\n" + test[1],
                names.fill(body),
                compositions(),
                choices);
    }
}
