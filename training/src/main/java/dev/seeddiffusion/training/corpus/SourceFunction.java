package dev.seeddiffusion.training.corpus;

/**
 * One Python function or method of a corpus, its decorators included, its own indentation removed.
 *
 * @param source where it is from: a package, or a file's path within its folder
 * @param name the function's name
 * @param doc the docstring as text, or empty
 * @param code the whole function, lines separated by {@code \n}, ending with one newline
 */
public record SourceFunction(String source, String name, String doc, String code) {}
