package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import java.util.ArrayList;
import java.util.List;

/** The slots of a row as they are written, block by block. */
final class SlotList {

    private final List<Integer> positions = new ArrayList<>();
    private final List<Integer> blockOf = new ArrayList<>();
    private final List<Boolean> beyondEnd = new ArrayList<>();
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private int blocks;

    /**
     * One more slot of the block at hand.
     *
     * @param position of its clean token in the row
     * @param beyond whether it lies after its document's end
     * @param token what it holds
     * @param weight of its clean token in the diffusion loss
     */
    void add(int position, boolean beyond, int token, double weight) {
        positions.add(position);
        blockOf.add(blocks);
        beyondEnd.add(beyond);
        tokens.add(token);
        weights.add(weight);
    }

    void endBlock() {
        blocks++;
    }

    /**
     * @param blockTokens length of a full block
     */
    BlockPartition partition(int blockTokens) {
        boolean[] beyond = new boolean[beyondEnd.size()];
        for (int i = 0; i < beyond.length; i++) {
            beyond[i] = beyondEnd.get(i);
        }
        return new BlockPartition(ints(positions), ints(blockOf), beyond, blocks, blockTokens);
    }

    NoisyRow noisy() {
        return new NoisyRow(
                ints(tokens), weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
