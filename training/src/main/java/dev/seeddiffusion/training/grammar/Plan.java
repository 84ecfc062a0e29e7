package dev.seeddiffusion.training.grammar;

import java.util.List;

/** What a function is to do, before it is written. */
sealed interface Plan permits Classic, Pipeline, Report {

    List<Composition> compositions();

    GeneratedFunction write(Choices choices);

    default boolean isOf(Split split) {
        return compositions().stream().allMatch(composition -> composition.split() == split);
    }
}
