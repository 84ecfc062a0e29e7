/** Who asked what, how much of it they got, and how it ended. */
@NullMarked
package dev.seeddiffusion.api.audit;

import org.jspecify.annotations.NullMarked;
