package dev.seeddiffusion.inference.generation;

import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events leave.
 *
 * @param maxBufferedEvents events that wait for a client that reads more slowly than the model
 *     writes; a client that falls further behind loses its generation
 */
@Validated
@ConfigurationProperties("inference")
record GenerationProperties(@DefaultValue("256") @Positive int maxBufferedEvents) {}
