/** What a run shows: progress in the terminal, a metrics file, and a plot of its curves. */
@NullMarked
package dev.seeddiffusion.training.report;

import org.jspecify.annotations.NullMarked;
