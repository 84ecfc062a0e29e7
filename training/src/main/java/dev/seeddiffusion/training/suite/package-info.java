/** Tasks whose answers are judged by running them, and the published sets of such tasks. */
@NullMarked
package dev.seeddiffusion.training.suite;

import org.jspecify.annotations.NullMarked;
