/** Small Python functions of our own making, generated from a grammar by seed. */
@NullMarked
package dev.seeddiffusion.training.grammar;

import org.jspecify.annotations.NullMarked;
