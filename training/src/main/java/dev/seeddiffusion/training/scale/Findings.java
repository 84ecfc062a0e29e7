package dev.seeddiffusion.training.scale;

/**
 * What a simulation found, once it was warm.
 *
 * @param busy share of their time that replicas spend in forwards
 * @param firstTokenSeconds of 99 in 100 requests, their wait included
 * @param meanSeconds from a request's arrival to its end
 * @param fromMemory share of requests whose prompt's beginning lay in the replica's memory
 * @param fromRedis share that fetched it; the rest computed it
 * @param redisBusy share of the time that Redis sends or takes chunks
 */
record Findings(
        double busy,
        double firstTokenSeconds,
        double meanSeconds,
        double fromMemory,
        double fromRedis,
        double redisBusy) {}
