/** The cache service: chunks of KV that all replicas share, kept in Redis. */
@NullMarked
package dev.seeddiffusion.cache;

import org.jspecify.annotations.NullMarked;
