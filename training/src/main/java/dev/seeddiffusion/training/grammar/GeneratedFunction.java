package dev.seeddiffusion.training.grammar;

import java.util.List;

/**
 * A small Python function of our own making.
 *
 * @param name the function's name
 * @param parameterTypes Python types of its parameters, whether or not they are written down
 * @param prompt signature and docstring, up to and including the newline after the closing quotes
 * @param body a correct body, indented by four spaces, ending with one newline
 * @param compositions what it does
 */
public record GeneratedFunction(
        String name,
        List<String> parameterTypes,
        String prompt,
        String body,
        List<Composition> compositions) {

    /** The whole function. */
    public String code() {
        return prompt + body;
    }
}
