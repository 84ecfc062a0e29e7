/** Keys and values of prompts that somebody has computed already. */
@NullMarked
package dev.seeddiffusion.inference.prefix;

import org.jspecify.annotations.NullMarked;
