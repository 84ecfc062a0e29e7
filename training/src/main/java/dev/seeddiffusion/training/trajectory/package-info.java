/** What the model itself wrote, step by step: drawn, judged, kept. */
@NullMarked
package dev.seeddiffusion.training.trajectory;

import org.jspecify.annotations.NullMarked;
