/** Judging generated code: does it parse, and does it say something. */
@NullMarked
package dev.seeddiffusion.training.evaluation;

import org.jspecify.annotations.NullMarked;
