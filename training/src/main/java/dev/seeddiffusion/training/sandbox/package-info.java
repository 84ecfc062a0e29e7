/** Runs text that a model wrote, where it can do no harm. */
@NullMarked
package dev.seeddiffusion.training.sandbox;

import org.jspecify.annotations.NullMarked;
