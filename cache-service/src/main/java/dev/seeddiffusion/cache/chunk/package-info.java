/** Put, get and match chunks of KV: HTTP in front, Redis behind. */
@NullMarked
package dev.seeddiffusion.cache.chunk;

import org.jspecify.annotations.NullMarked;
