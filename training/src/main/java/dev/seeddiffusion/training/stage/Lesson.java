package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.trajectory.Sample;

/** A sample and what is to be learnt from it. */
record Lesson(Sample sample, StatePicker states) {}
