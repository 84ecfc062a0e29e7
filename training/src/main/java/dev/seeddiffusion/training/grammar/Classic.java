package dev.seeddiffusion.training.grammar;

import java.util.List;
import java.util.Random;

/** A well-known function: several docstrings and bodies that mean the same. */
final class Classic {
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

    int bodies() {
        return entry.all("body").size();
    }

    GeneratedFunction write(Random random) {
        return write(random.nextInt(bodies()), random);
    }

    GeneratedFunction write(int body, Random random) {
        String name = entry.names().get(random.nextInt(entry.names().size()));
        Names names = new Names(random).with("f", name);
        String[] test = entry.any("test", random).split(" -> ");
        return FunctionLayout.write(
                name,
                parameters.stream().map(names::fill).toList(),
                returns,
                names.fill(entry.any("doc", random)),
                ">>> " + name + "(" + test[0] + ")\n" + test[1],
                names.fill(entry.all("body").get(body)),
                List.of(entry.operation()),
                random);
    }
}
