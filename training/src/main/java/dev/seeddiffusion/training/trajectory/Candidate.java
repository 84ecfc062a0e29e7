package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.Draw;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;

/**
 * How one of a task's outputs is written.
 *
 * @param temperature 0 takes the likeliest token
 */
public record Candidate(Denoising denoising, double temperature) {

    SamplingSettings settings(int maxTokens, long seed) {
        return SamplingSettings.of(maxTokens, denoising)
                .drawn(new Draw(temperature, 1, seed))
                .recording();
    }
}
