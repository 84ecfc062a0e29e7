/** Conversations as a model has been taught to read them. */
@NullMarked
package dev.seeddiffusion.diffusion.chat;

import org.jspecify.annotations.NullMarked;
