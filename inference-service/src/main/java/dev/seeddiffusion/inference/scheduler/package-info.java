/** Who is let in, and who steps next. */
@NullMarked
package dev.seeddiffusion.inference.scheduler;

import org.jspecify.annotations.NullMarked;
