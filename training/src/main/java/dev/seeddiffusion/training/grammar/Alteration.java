package dev.seeddiffusion.training.grammar;

/**
 * Two functions of one name and the same parameters that differ in one operation.
 *
 * @param before a function
 * @param after the same, but for one operation, in docstring and body
 * @param instruction asks for the difference
 */
public record Alteration(GeneratedFunction before, GeneratedFunction after, String instruction) {

    /** What a careless author of {@code after} might have written: its docstring, another body. */
    public String buggyCode() {
        return after.prompt() + before.body();
    }

    /**
     * {@code after} under the name of {@code before}, for who changes a function keeps its name.
     */
    public GeneratedFunction renamed() {
        return new GeneratedFunction(
                before.name(),
                after.parameterTypes(),
                after.prompt().replaceFirst("def \\w+", "def " + before.name()),
                after.body(),
                after.compositions());
    }
}
