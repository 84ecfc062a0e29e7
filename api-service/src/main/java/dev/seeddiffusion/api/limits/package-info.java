/** How much a tenant, and each caller of it, may ask for. */
@NullMarked
package dev.seeddiffusion.api.limits;

import org.jspecify.annotations.NullMarked;
