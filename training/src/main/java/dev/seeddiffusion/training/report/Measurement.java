package dev.seeddiffusion.training.report;

import java.util.Map;

/**
 * What a run measured at one step.
 *
 * @param step optimiser steps done
 * @param tokens clean tokens seen in all
 * @param seconds of work in all, earlier parts of a resumed run included
 * @param tokensPerSecond clean tokens, since the last measurement
 * @param learningRate of this step
 * @param losses by name, in nats per token unless the name says otherwise
 */
public record Measurement(
        long step,
        long tokens,
        double seconds,
        double tokensPerSecond,
        double learningRate,
        Map<String, Double> losses) {}
