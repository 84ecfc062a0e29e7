package dev.seeddiffusion.training.data;

import java.util.List;
import java.util.Random;

/**
 * An endless, deterministic sequence of {@link Batch}es from one or several token files.
 *
 * <p>A row begins with the start of a document and is filled with whole documents; the last one is
 * cut at the row's end and its rest dropped. Each file is read in a new order every epoch. The
 * whole state is one number, the documents drawn so far; equal files, weights, seed and state give
 * equal batches on every machine. Not thread-safe; the files stay the caller's.
 */
public final class BatchSource {
    /**
     * A token file and its share of the mixture.
     *
     * @param weight relative share of the tokens, above 0; counted before rows are cut
     */
    public record Share(TokenFile file, double weight) {}

    private final List<Share> shares;
    private final ShuffledDocuments[] documents;
    private final double[] claims;
    private final int rows;
    private final int rowTokens;
    private long drawn;

    /**
     * @param shares the files to mix, at least one, none without documents
     * @param rows of a batch
     * @param rowTokens tokens of a row, exactly
     * @param seed of the order
     * @throws IllegalArgumentException if a number is out of range or a file is empty
     */
    public BatchSource(List<Share> shares, int rows, int rowTokens, long seed) {
        if (shares.isEmpty() || rows < 1 || rowTokens < 2) {
            throw new IllegalArgumentException(
                    "a batch needs a token file, at least one row and two tokens a row, but has "
                            + "%d files, %d rows, %d tokens"
                                    .formatted(shares.size(), rows, rowTokens));
        }
        this.shares = List.copyOf(shares);
        this.rows = rows;
        this.rowTokens = rowTokens;
        this.documents = new ShuffledDocuments[shares.size()];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = new ShuffledDocuments(shares.get(i).file().documents(), seed + i);
        }
        this.claims = claims(this.shares);
    }

    /** The next batch. */
    public Batch next() {
        Batch batch =
                new Batch(
                        new int[rows][rowTokens],
                        new int[rows][rowTokens],
                        new int[rows][rowTokens],
                        new boolean[rows][rowTokens]);
        for (int row = 0; row < rows; row++) {
            fill(batch, row);
        }
        return batch;
    }

    /** What {@link #seek} needs to go on from here: the number of documents drawn so far. */
    public long state() {
        return drawn;
    }

    /**
     * Continues as if the source had just come to {@code state}.
     *
     * @throws IllegalArgumentException if {@code state} is negative
     */
    public void seek(long state) {
        if (state < 0) {
            throw new IllegalArgumentException("a state is never negative, but is " + state);
        }
        drawn = state;
    }

    private void fill(Batch batch, int row) {
        int filled = 0;
        for (int index = 0; filled < rowTokens; index++) {
            Drawn document = draw();
            int skipped = index == 0 ? 0 : 1; // the previous document's end is this one's beginning
            int start = filled - skipped;
            for (int i = skipped; i < document.ids.length && filled < rowTokens; i++, filled++) {
                batch.tokens()[row][filled] = document.ids[i];
                batch.documentIndex()[row][filled] = index;
                batch.documentStart()[row][filled] = start;
                batch.given()[row][filled] = i < document.given;
            }
        }
    }

    private record Drawn(int[] ids, int given) {}

    /**
     * Draws the next document. File i claims draw k of those that the files before it left over
     * when {@code floor(k·claim)} grows; so the draws of every file follow from k alone.
     */
    private Drawn draw() {
        long k = drawn++;
        int i = 0;
        for (; i < claims.length - 1; i++) {
            long claimed = (long) (k * claims[i]);
            if ((long) ((k + 1) * claims[i]) > claimed) {
                k = claimed;
                break;
            }
            k -= claimed;
        }
        TokenFile file = shares.get(i).file();
        int document = documents[i].at(k);
        return new Drawn(file.document(document), file.given(document));
    }

    /** Share of the draws, among those left over by the files before, that each file takes. */
    private static double[] claims(List<Share> shares) {
        double[] draws = new double[shares.size()];
        for (int i = 0; i < draws.length; i++) {
            TokenFile file = shares.get(i).file();
            double weight = shares.get(i).weight();
            if (file.documents() == 0 || !(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        ("token file %d of the mixture has %d documents and the weight %s; both"
                                        + " must be above 0")
                                .formatted(i + 1, file.documents(), weight));
            }
            draws[i] = weight * file.documents() / file.tokens(); // long documents are drawn less
        }
        double left = 0;
        double[] claims = new double[draws.length];
        for (int i = draws.length - 1; i >= 0; i--) {
            left += draws[i];
            claims[i] = draws[i] / left;
        }
        return claims;
    }

    /** The documents of one file, shuffled anew for every epoch. */
    private static final class ShuffledDocuments {
        private final int[] order;
        private final long seed;
        private long epoch = -1;

        ShuffledDocuments(int documents, long seed) {
            this.order = new int[documents];
            this.seed = seed;
        }

        int at(long draw) {
            if (draw / order.length != epoch) {
                epoch = draw / order.length;
                shuffle();
            }
            return order[(int) (draw % order.length)];
        }

        private void shuffle() {
            // Random's algorithm is part of its contract, so that a run can go on under another
            // JDK.
            Random random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
            for (int i = 0; i < order.length; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
        }
    }
}
