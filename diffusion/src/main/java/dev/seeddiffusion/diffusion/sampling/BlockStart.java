package dev.seeddiffusion.diffusion.sampling;

import org.jspecify.annotations.Nullable;

/**
 * What the blocks of a generation begin with: masks, given tokens, or drafts.
 *
 * @param given token ids of the output from its first block on
 * @param edited the text that the output edits; null if it edits none
 */
record BlockStart(int[] given, @Nullable EditedText edited) {

    /**
     * @param written tokens before the block
     * @param length of the block
     */
    int[] after(int[] written, int length, int mask) {
        if (edited != null) {
            return edited.next(written, length, mask);
        }
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            int at = written.length + i;
            ids[i] = at < given.length ? given[at] : mask;
        }
        return ids;
    }
}
