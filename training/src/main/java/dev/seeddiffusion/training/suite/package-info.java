/** What a model is judged on: the kinds of tasks. */
@NullMarked
package dev.seeddiffusion.training.suite;

import org.jspecify.annotations.NullMarked;
