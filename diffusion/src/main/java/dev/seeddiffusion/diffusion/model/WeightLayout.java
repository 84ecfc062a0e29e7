package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.WeightSlot.NamedRows;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of the weights in the {@code List[Tensor]} that the TorchScript source indexes:
 * embedding, final norm, the head unless it is tied, then {@link #LAYER_WEIGHTS} a layer.
 */
public final class WeightLayout {

    static final int LAYER_WEIGHTS = 8;

    private WeightLayout() {}

    /** Index of the output head. */
    static int head(ModelConfig config) {
        return config.tiedEmbeddings() ? 0 : 2;
    }

    /** Index of the first layer's first weight. */
    static int firstLayer(ModelConfig config) {
        return config.tiedEmbeddings() ? 2 : 3;
    }

    /** All weights of a model, in order, under the names of the Qwen3 layout. */
    public static List<WeightSlot> of(ModelConfig config) {
        int d = config.hiddenWidth();
        List<WeightSlot> slots = new ArrayList<>();
        slots.add(matrix(d, rows("model.embed_tokens.weight", config.vocabulary())));
        slots.add(WeightSlot.norm("model.norm.weight", d));
        if (!config.tiedEmbeddings()) {
            slots.add(matrix(d, rows("lm_head.weight", config.vocabulary())));
        }
        for (int i = 0; i < config.layers(); i++) {
            addLayer(slots, config, "model.layers." + i + ".");
        }
        return List.copyOf(slots);
    }

    private static void addLayer(List<WeightSlot> slots, ModelConfig config, String layer) {
        int d = config.hiddenWidth();
        int f = config.feedForwardWidth();
        int queries = config.queryHeads() * config.headWidth();
        int keys = config.keyValueHeads() * config.headWidth();
        String attention = layer + "self_attn.";
        slots.add(WeightSlot.norm(layer + "input_layernorm.weight", d));
        slots.add(
                matrix(
                        d,
                        rows(attention + "q_proj.weight", queries),
                        rows(attention + "k_proj.weight", keys),
                        rows(attention + "v_proj.weight", keys)));
        slots.add(WeightSlot.norm(attention + "q_norm.weight", config.headWidth()));
        slots.add(WeightSlot.norm(attention + "k_norm.weight", config.headWidth()));
        slots.add(matrix(queries, rows(attention + "o_proj.weight", d)));
        slots.add(WeightSlot.norm(layer + "post_attention_layernorm.weight", d));
        slots.add(
                matrix(
                        d,
                        rows(layer + "mlp.gate_proj.weight", f),
                        rows(layer + "mlp.up_proj.weight", f)));
        slots.add(matrix(f, rows(layer + "mlp.down_proj.weight", d)));
    }

    private static WeightSlot matrix(int columns, NamedRows... parts) {
        return WeightSlot.matrix(columns, parts);
    }

    private static NamedRows rows(String name, int rows) {
        return new NamedRows(name, rows);
    }
}
