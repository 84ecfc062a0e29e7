package dev.seeddiffusion.inference;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.SafetensorsWriter;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.tokenizer.BpeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Random checkpoints of the published families. */
public enum FamilyCheckpoint {
    SDAR(
            """
            "architectures": ["SDARForCausalLM"], "model_type": "sdar", "block_size": 4,
            "head_dim": 16, "tie_word_embeddings": true
            """),
    STABLE_DIFFCODER(
            """
            "architectures": ["StableDiffcoderForCausalLM"], "model_type": "llama",
            "tie_word_embeddings": false
            """),
    TINY_A2D(
            """
            "architectures": ["A2DQwen3LMHeadModel"], "model_type": "a2d-qwen3", "head_dim": 16,
            "attention_pattern": "block_causal", "tie_word_embeddings": true
            """),
    FAST_DLLM_V2(
            """
            "architectures": ["Fast_dLLM_QwenForCausalLM"], "model_type": "Fast_dLLM_Qwen",
            "bd_size": 32, "tie_word_embeddings": true
            """),
    OPEN_DCODER(
            """
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2",
            "tie_word_embeddings": true
            """),
    DREAM(
            """
            "architectures": ["DreamModel"], "model_type": "Dream", "tie_word_embeddings": false
            """),
    LLADA(
            """
            "architectures": ["LLaDAModelLM"], "model_type": "llada", "weight_tying": false,
            "embedding_size": 280, "d_model": 48, "n_layers": 2, "n_heads": 4, "n_kv_heads": 4,
            "mlp_hidden_size": 64, "max_sequence_length": 512
            """);

    private static final String SIZES =
            """
            "vocab_size": 280, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "intermediate_size": 64, "max_position_embeddings": 512,
            "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "eos_token_id": 0, "mask_token_id": 1
            """;

    private final String config;

    FamilyCheckpoint(String config) {
        this.config = config;
    }

    /**
     * @param parent where a folder of the family's name is made
     * @return that folder
     */
    public Path write(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name()));
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{" + config + "," + SIZES + "}");
        new BpeTrainer(270)
                .train(
                        Stream.of(TinyCheckpoint.LONG_PROMPT, TinyCheckpoint.LONG_PROMPT),
                        folder.resolve("tokenizer.json"));
        SplittableRandom random = new SplittableRandom(7);
        List<Tensor> tensors = new ArrayList<>();
        for (WeightSlot slot : WeightLayout.of(ModelConfig.read(file))) {
            float[] values = new float[Math.toIntExact(slot.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((slot.isMatrix() ? 0 : 1) + 0.3 * random.nextGaussian());
            }
            tensors.addAll(slot.split(values, DType.F32));
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
        return folder;
    }

    /** Whether what a prompt begins with can be kept for others. */
    public boolean sharesPrefixes() {
        return switch (this) {
            case SDAR, STABLE_DIFFCODER, TINY_A2D, FAST_DLLM_V2 -> true;
            case OPEN_DCODER, DREAM, LLADA -> false;
        };
    }
}
