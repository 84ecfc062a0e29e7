package dev.seeddiffusion.training.stage;

import com.google.gson.Gson;

/**
 * How far a run is.
 *
 * @param identity settings that must not change within a run
 * @param step optimiser steps done
 * @param cursor state of the data order
 * @param tokens clean tokens seen
 * @param seconds of work
 */
record RunProgress(String identity, int step, long cursor, long tokens, double seconds) {

    private static final Gson GSON = new Gson();

    static RunProgress start(String identity) {
        return new RunProgress(identity, 0, 0, 0, 0);
    }

    String toJson() {
        return GSON.toJson(this);
    }

    static RunProgress fromJson(String json) {
        return GSON.fromJson(json, RunProgress.class);
    }
}
