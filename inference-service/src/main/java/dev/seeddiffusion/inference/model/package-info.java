/** The checkpoint that this replica serves. */
@NullMarked
package dev.seeddiffusion.inference.model;

import org.jspecify.annotations.NullMarked;
