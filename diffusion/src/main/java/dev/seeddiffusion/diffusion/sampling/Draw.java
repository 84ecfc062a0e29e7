package dev.seeddiffusion.diffusion.sampling;

/**
 * How a token is drawn from its distribution.
 *
 * @param temperature 0 takes the likeliest token
 * @param topP share of probability to draw from, in (0, 1]; at temperature 0 without effect but in
 *     families that judge what they are sure of within it
 * @param seed equal seeds give equal output
 */
public record Draw(double temperature, double topP, long seed) {

    /** The likeliest token, always. */
    public static final Draw LIKELIEST = new Draw(0, 1, 0);

    /**
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public Draw {
        if (!(temperature >= 0)) {
            throw new IllegalArgumentException(
                    "temperature is " + temperature + ", but must not be negative.");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP is " + topP + ", but must be in (0, 1].");
        }
    }
}
