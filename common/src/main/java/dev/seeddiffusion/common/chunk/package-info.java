/** The unit of KV that replicas share: its key, its bytes, and the port of whoever keeps it. */
@NullMarked
package dev.seeddiffusion.common.chunk;

import org.jspecify.annotations.NullMarked;
