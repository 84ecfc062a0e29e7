package dev.seeddiffusion.diffusion.checkpoint;

import java.util.List;

/**
 * What a family's {@code config.json} calls the sizes of a model, and which of its options would
 * change the forward in a way that ours does not follow.
 *
 * @param only the one value, if there is any, that each of these options may have
 * @param absent options that may have none
 */
record ConfigKeys(
        String vocabulary,
        String hiddenWidth,
        String layers,
        String queryHeads,
        String keyValueHeads,
        String feedForwardWidth,
        String contextTokens,
        String tiedEmbeddings,
        List<Option> only,
        List<String> absent) {

    /** A value that an option must have if it is there. */
    record Option(String field, Object value) {}

    /** Those of the models in Hugging Face's library. */
    static final ConfigKeys TRANSFORMERS =
            new ConfigKeys(
                    "vocab_size",
                    "hidden_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "num_key_value_heads",
                    "intermediate_size",
                    "max_position_embeddings",
                    "tie_word_embeddings",
                    List.of(
                            new Option("hidden_act", "silu"),
                            new Option("attention_bias", false),
                            new Option("mlp_bias", false),
                            new Option("use_sliding_window", false)),
                    List.of("rope_scaling", "rope_parameters", "quantization_config"));

    /** LLaDA's own, which are OLMo's. */
    static final ConfigKeys LLADA =
            new ConfigKeys(
                    "embedding_size",
                    "d_model",
                    "n_layers",
                    "n_heads",
                    "n_kv_heads",
                    "mlp_hidden_size",
                    "max_sequence_length",
                    "weight_tying",
                    List.of(
                            new Option("activation_type", "silu"),
                            new Option("alibi", false),
                            new Option("attention_layer_norm", false),
                            new Option("bias_for_layer_norm", false),
                            new Option("block_group_size", 1),
                            new Option("block_type", "llama"),
                            new Option("include_bias", false),
                            new Option("include_qkv_bias", false),
                            new Option("input_emb_norm", false),
                            new Option("layer_norm_type", "rms"),
                            new Option("layer_norm_with_affine", true),
                            new Option("rope", true),
                            new Option("scale_logits", false)),
                    List.of("clip_qkv", "rope_scaling", "quantization_config"));
}
