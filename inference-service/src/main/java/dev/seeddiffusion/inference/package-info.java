/** One replica: turns requests into text with the model that it holds. */
@NullMarked
package dev.seeddiffusion.inference;

import org.jspecify.annotations.NullMarked;
