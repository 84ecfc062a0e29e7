/** What a client may ask of a replica, what the replica answers, and the port between the two. */
@NullMarked
package dev.seeddiffusion.common.generation;

import org.jspecify.annotations.NullMarked;
