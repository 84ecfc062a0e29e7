package dev.seeddiffusion.training.corpus;

import java.util.List;
import java.util.Optional;

/**
 * A function cut where a writer would hand over: after the docstring's line.
 *
 * @param prompt decorators, signature and docstring, up to and including the newline after the
 *     closing quotes
 * @param body the rest: at least one line of code
 */
public record FunctionPrompt(String prompt, String body) {
    /**
     * Cuts a function. Signatures and docstrings may run over several lines, in any quotes, with
     * comments between.
     *
     * @param code one function, decorators allowed
     * @return empty if {@code code} does not begin with a function, has no docstring, or has no
     *     code after it
     */
    public static Optional<FunctionPrompt> of(String code) {
        String source = code.replace("\r\n", "\n");
        List<LogicalLine> lines =
                LogicalLine.of(source).stream().filter(line -> !line.isEmpty()).toList();
        int signature = 0;
        while (signature < lines.size() && lines.get(signature).isDecorator()) {
            signature++;
        }
        boolean complete =
                lines.size() > signature + 2
                        && lines.get(signature).isSignature()
                        && lines.get(signature + 1).isDocstring();
        if (!complete) {
            return Optional.empty();
        }
        int end = lines.get(signature + 1).end();
        return Optional.of(new FunctionPrompt(source.substring(0, end), source.substring(end)));
    }
}
