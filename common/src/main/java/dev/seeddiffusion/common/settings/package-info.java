/** What settings of ours must be, beyond what Jakarta Validation has. */
@NullMarked
package dev.seeddiffusion.common.settings;

import org.jspecify.annotations.NullMarked;
