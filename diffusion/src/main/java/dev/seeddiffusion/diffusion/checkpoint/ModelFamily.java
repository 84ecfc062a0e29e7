package dev.seeddiffusion.diffusion.checkpoint;

import java.util.Set;

/**
 * What the checkpoints of a family have in common, and others have not: all that tells one
 * published diffusion language model's forward and decoding from another's. The families that are
 * known are in {@link ModelFamilies}.
 *
 * @param name for people
 * @param modelType {@code model_type} in {@code config.json}
 * @param architecture the entry of {@code architectures}
 * @param attention which tokens see which
 * @param traits what its models do that others do not
 * @param maskToken the text that stands for a token not placed yet, where no file names its id
 * @param keys of {@code config.json}
 * @param weights names in the safetensors files
 * @param decoding of the published code
 */
public record ModelFamily(
        String name,
        String modelType,
        String architecture,
        AttentionPattern attention,
        Set<ModelTrait> traits,
        String maskToken,
        ConfigKeys keys,
        WeightNames weights,
        FamilyDecoding decoding) {

    public boolean has(ModelTrait trait) {
        return traits.contains(trait);
    }

    /** Whether keys and values of a prompt's beginning are worth keeping. */
    public boolean keepsPrefixes() {
        return attention != AttentionPattern.BIDIRECTIONAL;
    }
}
