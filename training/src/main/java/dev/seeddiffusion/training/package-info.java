/** The recipe as a command line; each subcommand is one step from a corpus to a checkpoint. */
@NullMarked
package dev.seeddiffusion.training;

import org.jspecify.annotations.NullMarked;
