/** Which model is served. */
@NullMarked
package dev.seeddiffusion.api.model;

import org.jspecify.annotations.NullMarked;
