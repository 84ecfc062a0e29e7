package dev.seeddiffusion.diffusion.checkpoint;

import static dev.seeddiffusion.diffusion.checkpoint.AttentionPattern.BIDIRECTIONAL;
import static dev.seeddiffusion.diffusion.checkpoint.AttentionPattern.BLOCK_CAUSAL;
import static dev.seeddiffusion.diffusion.checkpoint.AttentionPattern.CAUSAL_CONTEXT;
import static dev.seeddiffusion.diffusion.checkpoint.ModelTrait.ATTENTION_BIAS;
import static dev.seeddiffusion.diffusion.checkpoint.ModelTrait.MASK_FORBIDDEN;
import static dev.seeddiffusion.diffusion.checkpoint.ModelTrait.QUERY_KEY_NORM;
import static dev.seeddiffusion.diffusion.checkpoint.ModelTrait.SHIFTED_LOGITS;
import static dev.seeddiffusion.diffusion.checkpoint.UnmaskingRule.ENTROPY_CLOCK;
import static dev.seeddiffusion.diffusion.checkpoint.UnmaskingRule.SUREST;
import static dev.seeddiffusion.diffusion.checkpoint.UnmaskingRule.THRESHOLD;
import static dev.seeddiffusion.diffusion.checkpoint.UnmaskingRule.THRESHOLD_OR_SHARE;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The families that are known, and which of them a {@code config.json} is of. */
public final class ModelFamilies {

    static final String ATTENTION_PATTERN = "attention_pattern";

    /** Ours: the layout of Qwen3 under the attention of Seed Diffusion. */
    public static final ModelFamily SEED =
            new ModelFamily(
                    "Seed Diffusion",
                    "qwen3",
                    "Qwen3ForCausalLM",
                    CAUSAL_CONTEXT,
                    Set.of(QUERY_KEY_NORM, MASK_FORBIDDEN),
                    "<|mask|>",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(16, THRESHOLD, 0.9));

    private static final ModelFamily STABLE_DIFFCODER =
            new ModelFamily(
                    "Stable-DiffCoder",
                    "llama",
                    "StableDiffcoderForCausalLM",
                    BLOCK_CAUSAL,
                    Set.of(),
                    "<[MASK_TOKEN]>",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(4, SUREST, 1).whoseEndFillsItsBlock());

    private static final ModelFamily SDAR =
            new ModelFamily(
                    "SDAR",
                    "sdar",
                    "SDARForCausalLM",
                    BLOCK_CAUSAL,
                    Set.of(QUERY_KEY_NORM),
                    "<|MASK|>",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(4, THRESHOLD_OR_SHARE, 0.85).inWholeBlocks());

    private static final ModelFamily TINY_A2D_BLOCKS = tinyA2d(BLOCK_CAUSAL);

    private static final ModelFamily TINY_A2D_WHOLE = tinyA2d(BIDIRECTIONAL);

    private static final ModelFamily FAST_DLLM_V2 =
            new ModelFamily(
                    "Fast-dLLM v2",
                    "Fast_dLLM_Qwen",
                    "Fast_dLLM_QwenForCausalLM",
                    BLOCK_CAUSAL,
                    Set.of(SHIFTED_LOGITS, ATTENTION_BIAS),
                    "|<MASK>|",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(32, THRESHOLD, 0.9).inWindowsOf(8).inWholeBlocks());

    private static final ModelFamily OPEN_DCODER =
            new ModelFamily(
                    "Open-dCoder",
                    "qwen2",
                    "Qwen2ForCausalLM",
                    BIDIRECTIONAL,
                    Set.of(SHIFTED_LOGITS, ATTENTION_BIAS),
                    "<M>",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(FamilyDecoding.ALL, ENTROPY_CLOCK, 1));

    private static final ModelFamily DREAM =
            new ModelFamily(
                    "Dream",
                    "Dream",
                    "DreamModel",
                    BIDIRECTIONAL,
                    Set.of(SHIFTED_LOGITS, ATTENTION_BIAS),
                    "<|mask|>",
                    ConfigKeys.TRANSFORMERS,
                    WeightNames.LLAMA,
                    FamilyDecoding.blocks(FamilyDecoding.ALL, ENTROPY_CLOCK, 1));

    private static final ModelFamily LLADA =
            new ModelFamily(
                    "LLaDA",
                    "llada",
                    "LLaDAModelLM",
                    BIDIRECTIONAL,
                    Set.of(),
                    "<|mdm_mask|>",
                    ConfigKeys.LLADA,
                    WeightNames.LLADA,
                    FamilyDecoding.blocks(32, SUREST, 1));

    private static final List<ModelFamily> ALL =
            List.of(
                    SEED,
                    STABLE_DIFFCODER,
                    SDAR,
                    TINY_A2D_BLOCKS,
                    TINY_A2D_WHOLE,
                    FAST_DLLM_V2,
                    OPEN_DCODER,
                    DREAM,
                    LLADA);

    private ModelFamilies() {}

    /** Trained both ways, under one architecture. */
    private static ModelFamily tinyA2d(AttentionPattern attention) {
        return new ModelFamily(
                "Tiny-A2D",
                "a2d-qwen3",
                "A2DQwen3LMHeadModel",
                attention,
                Set.of(QUERY_KEY_NORM),
                "<|mask|>",
                ConfigKeys.TRANSFORMERS,
                WeightNames.LLAMA,
                FamilyDecoding.blocks(32, SUREST, 1));
    }

    /**
     * @throws CheckpointException if there is none, naming what the file says and what is known
     */
    static ModelFamily of(ConfigFields fields) {
        List<String> architectures = fields.textsOr("architectures", List.of(SEED.architecture()));
        List<ModelFamily> candidates =
                ALL.stream().filter(it -> architectures.contains(it.architecture())).toList();
        if (candidates.isEmpty()) {
            throw new CheckpointException(
                    "architectures is %s, but known are %s"
                            .formatted(
                                    architectures,
                                    ALL.stream()
                                            .map(ModelFamily::architecture)
                                            .distinct()
                                            .collect(Collectors.joining(", "))));
        }
        ModelFamily first = candidates.getFirst();
        fields.requireIfPresent("model_type", first.modelType());
        if (candidates.size() == 1) {
            fields.requireIfPresent(ATTENTION_PATTERN, patternName(first));
            return first;
        }
        String pattern = fields.text(ATTENTION_PATTERN);
        return candidates.stream()
                .filter(it -> patternName(it).equals(pattern))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CheckpointException(
                                        "%s is %s, but a %s model is one of %s: its card says which"
                                                .formatted(
                                                        ATTENTION_PATTERN,
                                                        pattern,
                                                        first.name(),
                                                        candidates.stream()
                                                                .map(ModelFamilies::patternName)
                                                                .toList())));
    }

    static String patternName(ModelFamily family) {
        return ConfigFields.lowerCase(family.attention());
    }
}
