package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;

/** What matrices are kept in, and what is computed in. */
public enum Precision {
    F32(DType.F32),
    BF16(DType.BF16),

    /**
     * Matrices but the embedding in int8 with a scale for each row, the largest of its numbers
     * divided by 127; they are converted at each use, so this takes half of the memory and longer.
     * Keys, values and products are bfloat16.
     */
    INT8(DType.BF16);

    private final DType compute;

    Precision(DType compute) {
        this.compute = compute;
    }

    /** What keys and values are kept, and products computed in. */
    public DType compute() {
        return compute;
    }

    /** Bytes that a matrix takes, up to the scales. */
    public int matrixBytes() {
        return this == INT8 ? Byte.BYTES : compute.bytes();
    }
}
