/** Whether this service can do its work now. */
@NullMarked
package dev.seeddiffusion.api.health;

import org.jspecify.annotations.NullMarked;
