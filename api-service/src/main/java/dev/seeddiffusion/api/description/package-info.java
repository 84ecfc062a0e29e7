/** What the API says of itself. */
@NullMarked
package dev.seeddiffusion.api.description;

import org.jspecify.annotations.NullMarked;
