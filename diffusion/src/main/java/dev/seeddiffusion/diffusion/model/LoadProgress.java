package dev.seeddiffusion.diffusion.model;

/** Is told how far the loading of weights has come. */
@FunctionalInterface
public interface LoadProgress {

    /** Tells nobody. */
    LoadProgress UNSEEN = (_, _) -> {};

    /**
     * @param bytes read so far
     * @param total bytes to read
     */
    void loaded(long bytes, long total);
}
