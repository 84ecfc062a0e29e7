/**
 * What writes text: parameters in, OpenAI's objects or their stream out; the same questions as
 * tasks for other ways in, and as Spring AI's chat model.
 */
@NullMarked
package dev.seeddiffusion.api.completion;

import org.jspecify.annotations.NullMarked;
