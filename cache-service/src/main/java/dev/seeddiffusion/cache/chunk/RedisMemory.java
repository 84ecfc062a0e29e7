package dev.seeddiffusion.cache.chunk;

/** What a chunk costs Redis, above the bytes of its value. */
final class RedisMemory {

    /**
     * Measured: the key, its entries in the dictionaries of keys and of expiries, and the index.
     */
    private static final int ENTRY_BYTES = 704;

    /** Of Redis's strings. */
    private static final int HEADER_BYTES = 16;

    /** Redis's allocator has four sizes from each power of two to the next. */
    private static final int SIZES_PER_DOUBLING = 4;

    private RedisMemory() {}

    /**
     * @param valueBytes length of the value
     * @return bytes that Redis takes for it
     */
    static long of(int valueBytes) {
        long needed = (long) valueBytes + HEADER_BYTES;
        long step = Math.max(1, Long.highestOneBit(needed) / SIZES_PER_DOUBLING);
        return Math.ceilDiv(needed, step) * step + ENTRY_BYTES;
    }
}
