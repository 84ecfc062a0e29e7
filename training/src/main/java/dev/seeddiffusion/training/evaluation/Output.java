package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.diffusion.sampling.SamplingUsage;

/**
 * A whole output and what it cost.
 *
 * @param nanos from the prompt to the last token, nanoseconds
 */
public record Output(String text, SamplingUsage usage, long nanos) {

    /** Writes a prompt to its end. */
    public static Output of(Sampler sampler, String prompt, SamplingSettings settings) {
        return of(sampler, sampler.prompt(prompt), settings);
    }

    /** Writes a prompt, perhaps one with a hole, to its end. */
    public static Output of(Sampler sampler, Prompt prompt, SamplingSettings settings) {
        long start = System.nanoTime();
        StringBuilder text = new StringBuilder();
        SamplingUsage usage = null;
        try (Generation generation =
                sampler.start(prompt, settings, sampler.cacheFor(prompt, settings))) {
            while (!generation.isFinished()) {
                for (SamplingEvent event : generation.step()) {
                    switch (event) {
                        case SamplingEvent.Drafted _ -> {}
                        case SamplingEvent.Committed committed -> text.append(committed.text());
                        case SamplingEvent.Finished finished -> usage = finished.usage();
                    }
                }
            }
        }
        if (usage == null) {
            throw new IllegalStateException("A generation ended without saying so.");
        }
        return new Output(text.toString(), usage, System.nanoTime() - start);
    }
}
