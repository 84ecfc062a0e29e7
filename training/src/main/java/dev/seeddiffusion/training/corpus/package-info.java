/**
 * Where source code comes from: readers, the held-out split, and the split into prompt and body.
 */
@NullMarked
package dev.seeddiffusion.training.corpus;

import org.jspecify.annotations.NullMarked;
