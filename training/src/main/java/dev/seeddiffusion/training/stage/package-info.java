/** The training stages: what each batch asks of the model, the optimiser, the loop that resumes. */
@NullMarked
package dev.seeddiffusion.training.stage;

import org.jspecify.annotations.NullMarked;
