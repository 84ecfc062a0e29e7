/** The front door: OpenAI's REST API over whatever {@code GenerationBackend} there is. */
@NullMarked
package dev.seeddiffusion.api;

import org.jspecify.annotations.NullMarked;
