/** Which replica serves a request, and what happens when it does not. */
@NullMarked
package dev.seeddiffusion.api.routing;

import org.jspecify.annotations.NullMarked;
