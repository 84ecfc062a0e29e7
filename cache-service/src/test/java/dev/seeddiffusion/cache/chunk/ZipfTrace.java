package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Prompts of one to eight chunks; the n-th most popular is asked for 1/n as often as the first. */
final class ZipfTrace {

    private final SplittableRandom random;
    private final List<List<ChunkKey>> prompts;
    private final double[] cumulative;

    ZipfTrace(int prompts, long seed) {
        this.random = new SplittableRandom(seed);
        ChunkKey root = ChunkKey.root(List.of(new byte[] {(byte) seed}));
        this.prompts = IntStream.range(0, prompts).mapToObj(i -> prompt(root, i)).toList();
        this.cumulative = IntStream.range(0, prompts).mapToDouble(i -> 1.0 / (i + 1)).toArray();
        Arrays.parallelPrefix(cumulative, Double::sum);
    }

    private List<ChunkKey> prompt(ChunkKey root, int number) {
        int[] tokens = new int[ChunkKey.CHUNK_TOKENS * random.nextInt(1, 9)];
        Arrays.fill(tokens, number);
        return ChunkKey.chain(root, tokens);
    }

    List<ChunkKey> next() {
        double drawn = random.nextDouble(cumulative[cumulative.length - 1]);
        int found = Arrays.binarySearch(cumulative, drawn);
        return prompts.get(found < 0 ? -found - 1 : found);
    }

    List<List<ChunkKey>> prompts() {
        return prompts;
    }
}
