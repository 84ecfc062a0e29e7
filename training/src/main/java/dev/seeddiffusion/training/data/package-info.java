/** From documents to batches: the memory-mapped token file and the order in which it is read. */
@NullMarked
package dev.seeddiffusion.training.data;

import org.jspecify.annotations.NullMarked;
