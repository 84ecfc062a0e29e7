/** {@code POST /v1/completions}: parameters in, OpenAI's objects or their stream out. */
@NullMarked
package dev.seeddiffusion.api.completion;

import org.jspecify.annotations.NullMarked;
