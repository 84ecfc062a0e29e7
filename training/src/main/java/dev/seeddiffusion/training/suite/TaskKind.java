package dev.seeddiffusion.training.suite;

/** What a task asks for. */
public enum TaskKind {
    /** The body of a function, given signature and docstring. */
    COMPLETION,
    /** The text of a hole, given what is before and after it. */
    INFILLING,
    /** A corrected or changed function, given the function and an instruction. */
    EDIT,
    /** Assertions that a function passes and its mutants fail. */
    UNIT_TEST
}
