/** Who asks, and what they may ask. */
@NullMarked
package dev.seeddiffusion.api.security;

import org.jspecify.annotations.NullMarked;
