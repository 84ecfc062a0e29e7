/** What goes wrong, as OpenAI's clients expect to hear it. */
@NullMarked
package dev.seeddiffusion.api.error;

import org.jspecify.annotations.NullMarked;
