/** The page at {@code /}, whose files are static resources. */
@NullMarked
package dev.seeddiffusion.api.page;

import org.jspecify.annotations.NullMarked;
