package dev.seeddiffusion.training.scale;

/**
 * The least that serves a number of requests a day: replicas until the first token comes in time,
 * and nodes of Redis until it is not the narrow place.
 *
 * @param redisNodes among which chunks spread evenly
 */
record CapacityPlan(Traffic traffic, int replicas, int redisNodes, Findings findings) {

    /** 99 in 100 first tokens come in so many times what one takes when nobody else is there. */
    static final double PATIENCE = 3;

    /** One may die. */
    static final int FEWEST_REPLICAS = 2;

    /** Of a node's memory, chunks: cache.chunks.memory-budget over the nodes. */
    static final double NODE_BYTES = 48e9;

    static final double MOST_REDIS_BUSY = 0.7;

    static CapacityPlan of(ServedModel model, Traffic traffic, long seed) {
        int nodes = (int) Math.ceil(heldBytes(model, traffic) / NODE_BYTES);
        CapacityPlan plan = withNodes(model, traffic, nodes, seed);
        while (plan.findings.redisBusy() > MOST_REDIS_BUSY) {
            plan = withNodes(model, traffic, ++nodes, seed);
        }
        return plan;
    }

    /** What Redis keeps of a day. */
    static double heldBytes(ServedModel model, Traffic traffic) {
        return (double) traffic.prefixes() * model.sharedBytes();
    }

    static double goalSeconds(ServedModel model) {
        double pieces = Math.ceil(model.promptTokens() / 64.0);
        double alone = pieces * model.forwards().millis(64) + model.forwards().millis(model.rows());
        return PATIENCE * alone / 1000;
    }

    /** Doubles until there are enough, then halves the interval. */
    private static CapacityPlan withNodes(
            ServedModel model, Traffic traffic, int nodes, long seed) {
        int tooFew = FEWEST_REPLICAS - 1;
        CapacityPlan enough = with(model, traffic, FEWEST_REPLICAS, nodes, seed);
        while (!enough.isInTime(model)) {
            tooFew = enough.replicas;
            enough = with(model, traffic, 2 * tooFew, nodes, seed);
        }
        while (enough.replicas - tooFew > 1) {
            CapacityPlan between =
                    with(model, traffic, (tooFew + enough.replicas) / 2, nodes, seed);
            if (between.isInTime(model)) {
                enough = between;
            } else {
                tooFew = between.replicas;
            }
        }
        return enough;
    }

    private static CapacityPlan with(
            ServedModel model, Traffic traffic, int replicas, int nodes, long seed) {
        return new CapacityPlan(
                traffic, replicas, nodes, Simulation.run(model, traffic, replicas, nodes, seed));
    }

    private boolean isInTime(ServedModel model) {
        return findings.firstTokenSeconds() <= goalSeconds(model);
    }

    /** What had to be added to, beyond the least. */
    String bottleneck() {
        if (redisNodes > 1) {
            return "forwards, and Redis";
        }
        return replicas > FEWEST_REPLICAS ? "forwards" : "none: two replicas, for one may die";
    }
}
