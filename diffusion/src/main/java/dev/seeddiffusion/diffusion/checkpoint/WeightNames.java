package dev.seeddiffusion.diffusion.checkpoint;

/**
 * What a family calls its weights. Names are without {@code .weight} or {@code .bias}; those of a
 * layer are without its prefix.
 *
 * @param layers what stands before a layer's number
 */
public record WeightNames(
        String embedding,
        String finalNorm,
        String head,
        String layers,
        String attentionNorm,
        String query,
        String key,
        String value,
        String queryNorm,
        String keyNorm,
        String attentionOutput,
        String feedForwardNorm,
        String gate,
        String up,
        String down) {

    /** LLaMA's, which Qwen's are too. */
    static final WeightNames LLAMA =
            new WeightNames(
                    "model.embed_tokens",
                    "model.norm",
                    "lm_head",
                    "model.layers.",
                    "input_layernorm",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.q_norm",
                    "self_attn.k_norm",
                    "self_attn.o_proj",
                    "post_attention_layernorm",
                    "mlp.gate_proj",
                    "mlp.up_proj",
                    "mlp.down_proj");

    /** LLaDA's, which are OLMo's. */
    static final WeightNames LLADA =
            new WeightNames(
                    "model.transformer.wte",
                    "model.transformer.ln_f",
                    "model.transformer.ff_out",
                    "model.transformer.blocks.",
                    "attn_norm",
                    "q_proj",
                    "k_proj",
                    "v_proj",
                    "q_norm",
                    "k_norm",
                    "attn_out",
                    "ff_norm",
                    "ff_proj",
                    "up_proj",
                    "ff_out");

    /** The prefix of the names of a layer's weights. */
    public String layer(int index) {
        return layers + index + ".";
    }
}
