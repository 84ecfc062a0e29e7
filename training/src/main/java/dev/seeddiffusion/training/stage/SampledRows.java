package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.noise.BlockPartition;
import dev.seeddiffusion.diffusion.noise.NoisyRow;
import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.training.data.Batch;
import dev.seeddiffusion.training.trajectory.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Rows of a batch that are filled with the model's own samples, whole ones, drawn at random. */
final class SampledRows {

    /** Samples tried for the rest of a row before it is left empty. */
    private static final int TRIES = 8;

    private final List<Lesson> lessons;
    private final int documentEnd;

    /**
     * @param lessons none leave the rows empty
     */
    SampledRows(List<Lesson> lessons, int documentEnd) {
        this.lessons = List.copyOf(lessons);
        this.documentEnd = documentEnd;
    }

    /**
     * A batch of which one half of the rows, the larger, are samples and the other the data that
     * the model learnt from before.
     *
     * @param before corrupts the data's rows
     * @param clean rows of data; those of the first half are used
     */
    TrainingBatch pose(
            DiffusionObjective before, Batch clean, CurrentModel model, RandomGenerator random) {
        int rows = clean.tokens().length;
        int old = rows / 2;
        NoisyBatch first = before.corrupt(clean.first(old), model, random);
        return append(first, rows - old, clean.tokens()[0].length, random).pack(documentEnd);
    }

    /**
     * @param others rows of the same length that come first; there may be none
     */
    NoisyBatch append(NoisyBatch others, int rows, int rowTokens, RandomGenerator random) {
        List<Row> own = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            own.add(fill(rowTokens, random));
        }
        Batch clean = others.clean();
        Batch all =
                new Batch(
                        joined(clean.tokens(), own.stream().map(row -> row.tokens)),
                        joined(clean.documentIndex(), own.stream().map(row -> row.documentIndex)),
                        joined(clean.documentStart(), own.stream().map(row -> row.documentStart)),
                        Stream.concat(
                                        Arrays.stream(clean.given()),
                                        own.stream().map(row -> row.given))
                                .toArray(boolean[][]::new));
        List<BlockPartition> partitions = new ArrayList<>(others.partitions());
        List<NoisyRow> noisy = new ArrayList<>(others.noisy());
        for (Row row : own) {
            partitions.add(row.slots.partition(1));
            noisy.add(row.slots.noisy());
        }
        return new NoisyBatch(all, partitions, noisy);
    }

    private Row fill(int rowTokens, RandomGenerator random) {
        Row row = new Row(rowTokens, documentEnd);
        for (int tries = 0; tries < TRIES && !lessons.isEmpty(); tries++) {
            Lesson lesson = lessons.get(random.nextInt(lessons.size()));
            if (row.hasRoomFor(lesson.sample())) {
                row.add(lesson, random);
            }
        }
        return row;
    }

    private static int[][] joined(int[][] first, Stream<int[]> second) {
        return Stream.concat(Arrays.stream(first), second).toArray(int[][]::new);
    }

    /** One row as it is filled; what no sample fills is document ends that nothing asks for. */
    private static final class Row {
        private final int documentEnd;
        private final int[] tokens;
        private final int[] documentIndex;
        private final int[] documentStart;
        private final boolean[] given;
        private final SlotList slots = new SlotList();
        private int filled = 1; // the first document's beginning
        private int documents;

        Row(int rowTokens, int documentEnd) {
            this.documentEnd = documentEnd;
            this.tokens = new int[rowTokens];
            this.documentIndex = new int[rowTokens];
            this.documentStart = new int[rowTokens];
            this.given = new boolean[rowTokens];
            Arrays.fill(tokens, documentEnd);
            Arrays.fill(given, true);
        }

        boolean hasRoomFor(Sample sample) {
            return filled + sample.trajectory().tokens().length - 1 <= tokens.length;
        }

        void add(Lesson lesson, RandomGenerator random) {
            Sample sample = lesson.sample();
            int start = filled - 1; // the document end before is this one's beginning
            int[] own = sample.trajectory().tokens();
            for (int i = 1; i < own.length; i++, filled++) {
                tokens[filled] = own[i];
                documentIndex[filled] = documents;
                documentStart[filled] = start;
                given[filled] = i < sample.promptTokens() || !sample.isVerified();
            }
            documents++;
            for (BlockTrajectory block : sample.trajectory().blocks()) {
                BlockState state = lesson.states().pick(sample, block, random);
                add(block, state, start + block.firstPosition());
            }
        }

        private void add(BlockTrajectory block, BlockState state, int first) {
            int text = block.tokens();
            for (int i = 0; i < state.canvas().length; i++) {
                slots.add(first + i, i >= text, state.canvas()[i], state.weights()[i]);
            }
            slots.endBlock();
        }
    }
}
