package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.GenerationEvent;

/**
 * Something that happened to one of the texts of an answer.
 *
 * @param index of the text, from 0
 */
record Part(int index, GenerationEvent event) {}
