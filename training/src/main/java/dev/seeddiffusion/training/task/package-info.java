/** Tasks of our own making: what a model is asked, and what a right answer is judged by. */
@NullMarked
package dev.seeddiffusion.training.task;

import org.jspecify.annotations.NullMarked;
