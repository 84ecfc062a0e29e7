package dev.seeddiffusion.training.scale;

/**
 * What arrives in the busiest hour of a day.
 *
 * @param perSecond requests, on average
 * @param prefixes different beginnings of prompts, asked for as often as Zipf's law has it
 */
record Traffic(double perSecond, int prefixes) {

    /** The busiest hour has so many times the requests of a mean one. */
    static final double PEAK = 3;

    /** A beginning, such as a repository's or a tool's, is used so often in a day. */
    static final int REQUESTS_PER_PREFIX = 1000;

    private static final double SECONDS_A_DAY = 86_400;

    static Traffic ofDay(long requests) {
        return new Traffic(
                PEAK * requests / SECONDS_A_DAY,
                Math.toIntExact(Math.max(1, requests / REQUESTS_PER_PREFIX)));
    }
}
