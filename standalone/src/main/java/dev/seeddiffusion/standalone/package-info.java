/** Everything in one process. */
@NullMarked
package dev.seeddiffusion.standalone;

import org.jspecify.annotations.NullMarked;
