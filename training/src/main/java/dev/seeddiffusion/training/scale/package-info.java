/**
 * How many replicas, and how much of Redis, serve how many requests: a simulation on measured
 * figures.
 */
@NullMarked
package dev.seeddiffusion.training.scale;

import org.jspecify.annotations.NullMarked;
