/** Requests in, events out. */
@NullMarked
package dev.seeddiffusion.inference.generation;

import org.jspecify.annotations.NullMarked;
