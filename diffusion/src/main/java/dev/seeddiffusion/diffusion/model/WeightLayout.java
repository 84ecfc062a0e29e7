package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.ModelFamily;
import dev.seeddiffusion.diffusion.checkpoint.ModelTrait;
import dev.seeddiffusion.diffusion.checkpoint.WeightNames;
import dev.seeddiffusion.diffusion.model.WeightSlot.NamedRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The order of the weights in the {@code List[Tensor]} that the TorchScript source indexes:
 * embedding, final norm, the head unless it is tied, then those of the layers, each in the order of
 * {@link Role}.
 */
public final class WeightLayout {

    /** What a weight of a layer is for. */
    enum Role {
        ATTENTION_NORM,
        QUERY_KEY_VALUE,
        QUERY_KEY_VALUE_BIAS,
        QUERY_NORM,
        KEY_NORM,
        ATTENTION_OUTPUT,
        FEED_FORWARD_NORM,
        GATE_AND_UP,
        DOWN
    }

    private WeightLayout() {}

    /** Index of the output head. */
    static int head(ModelConfig config) {
        return config.tiedEmbeddings() ? 0 : 2;
    }

    /** Index of the first layer's first weight. */
    static int firstLayer(ModelConfig config) {
        return config.tiedEmbeddings() ? 2 : 3;
    }

    /** The roles that the layers of a family have. */
    static List<Role> roles(ModelFamily family) {
        return Arrays.stream(Role.values())
                .filter(
                        role ->
                                switch (role) {
                                    case QUERY_KEY_VALUE_BIAS ->
                                            family.has(ModelTrait.ATTENTION_BIAS);
                                    case QUERY_NORM, KEY_NORM ->
                                            family.has(ModelTrait.QUERY_KEY_NORM);
                                    default -> true;
                                })
                .toList();
    }

    /** All weights of a model, in order, under the names of its family. */
    public static List<WeightSlot> of(ModelConfig config) {
        int d = config.hiddenWidth();
        WeightNames names = config.family().weights();
        List<WeightSlot> slots = new ArrayList<>();
        slots.add(WeightSlot.matrix(d, weight(names.embedding(), config.vocabulary())));
        slots.add(WeightSlot.vector(weight(names.finalNorm(), d)));
        if (!config.tiedEmbeddings()) {
            slots.add(WeightSlot.matrix(d, weight(names.head(), config.vocabulary())));
        }
        for (int i = 0; i < config.layers(); i++) {
            String layer = names.layer(i);
            for (Role role : roles(config.family())) {
                slots.add(ofLayer(layer, role, config));
            }
        }
        return List.copyOf(slots);
    }

    private static WeightSlot ofLayer(String layer, Role role, ModelConfig config) {
        int d = config.hiddenWidth();
        int f = config.feedForwardWidth();
        int queries = config.queryHeads() * config.headWidth();
        int keys = config.keyValueHeads() * config.headWidth();
        WeightNames names = config.family().weights();
        return switch (role) {
            case ATTENTION_NORM -> WeightSlot.vector(weight(layer + names.attentionNorm(), d));
            case QUERY_KEY_VALUE ->
                    WeightSlot.matrix(
                            d,
                            weight(layer + names.query(), queries),
                            weight(layer + names.key(), keys),
                            weight(layer + names.value(), keys));
            case QUERY_KEY_VALUE_BIAS ->
                    WeightSlot.vector(
                            bias(layer + names.query(), queries),
                            bias(layer + names.key(), keys),
                            bias(layer + names.value(), keys));
            case QUERY_NORM ->
                    WeightSlot.vector(weight(layer + names.queryNorm(), config.headWidth()));
            case KEY_NORM -> WeightSlot.vector(weight(layer + names.keyNorm(), config.headWidth()));
            case ATTENTION_OUTPUT ->
                    WeightSlot.matrix(queries, weight(layer + names.attentionOutput(), d));
            case FEED_FORWARD_NORM -> WeightSlot.vector(weight(layer + names.feedForwardNorm(), d));
            case GATE_AND_UP ->
                    WeightSlot.matrix(
                            d, weight(layer + names.gate(), f), weight(layer + names.up(), f));
            case DOWN -> WeightSlot.matrix(f, weight(layer + names.down(), d));
        };
    }

    private static NamedRows weight(String name, int rows) {
        return new NamedRows(name + ".weight", rows);
    }

    private static NamedRows bias(String name, int rows) {
        return new NamedRows(name + ".bias", rows);
    }
}
