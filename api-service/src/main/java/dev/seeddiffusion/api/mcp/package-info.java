/** {@code POST /mcp}: the platform as tools of the Model Context Protocol. */
@NullMarked
package dev.seeddiffusion.api.mcp;

import org.jspecify.annotations.NullMarked;
