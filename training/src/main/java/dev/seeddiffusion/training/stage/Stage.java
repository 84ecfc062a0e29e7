package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.noise.MaskNoise;

/** The stages of the recipe. */
public enum Stage {
    /** Mask-based diffusion, with next-token prediction beside it. */
    MASK {
        @Override
        Objective objective(ModelConfig config, TrainingSettings settings) {
            return new DiffusionObjective(
                    new MaskNoise(config.mask()), config.documentEnd(), settings.blockTokens());
        }
    },
    /** Next-token prediction alone: the autoregressive baseline of the same size. */
    AR {
        @Override
        Objective objective(ModelConfig config, TrainingSettings settings) {
            return new NextTokenObjective(config.documentEnd());
        }
    };

    abstract Objective objective(ModelConfig config, TrainingSettings settings);
}
