package dev.seeddiffusion.training.grammar;

import java.util.List;

/**
 * A small Python function of our own making.
 *
 * @param name the function's name
 * @param prompt signature and docstring, up to and including the newline after the closing quotes
 * @param body a correct body, indented by four spaces, ending with one newline
 * @param operations what it is composed of, such as {@code [numbers, even, square, sum]}, or the
 *     one name of a well-known function, such as {@code [is_prime]}; equal lists mean the same task
 */
public record GeneratedFunction(String name, String prompt, String body, List<String> operations) {
    /** The whole function. */
    public String code() {
        return prompt + body;
    }
}
