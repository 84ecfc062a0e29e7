package dev.seeddiffusion.diffusion.checkpoint;

/**
 * What the checkpoints of a family have in common, and others have not: all that tells one
 * published diffusion language model's forward and decoding from another's. The families that are
 * known are in {@link ModelFamilies}.
 *
 * @param name for people
 * @param modelType {@code model_type} in {@code config.json}
 * @param architecture the entry of {@code architectures}
 * @param attention which tokens see which
 * @param shiftedLogits whether row i of the logits of a canvas predicts position i + 1 instead of i
 * @param queryKeyNorm whether each head of queries and keys has an RMSNorm; a model with these says
 *     how wide its heads are
 * @param attentionBias whether queries, keys and values have biases
 * @param maskForbidden whether the logit of the mask token is −∞; otherwise it is as computed, and
 *     merely never chosen
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
        boolean shiftedLogits,
        boolean queryKeyNorm,
        boolean attentionBias,
        boolean maskForbidden,
        String maskToken,
        ConfigKeys keys,
        WeightNames weights,
        FamilyDecoding decoding) {

    /** Whether keys and values of a prompt's beginning are worth keeping. */
    public boolean keepsPrefixes() {
        return attention != AttentionPattern.BIDIRECTIONAL;
    }
}
