package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Fills the sizes of a model into the TorchScript templates beside this class. The templates are
 * the model; nothing but numbers is decided here.
 */
public final class TransformerSource {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

    private final Map<String, Object> values;

    /**
     * @param compute F32 or BF16: what matrices, keys and values are multiplied in
     * @throws IllegalArgumentException if {@code compute} is another type
     */
    public TransformerSource(ModelConfig config, DType compute) {
        values =
                Map.ofEntries(
                        Map.entry("dtype", torchCode(compute)),
                        Map.entry("layers", config.layers()),
                        Map.entry("hiddenWidth", config.hiddenWidth()),
                        Map.entry("headWidth", config.headWidth()),
                        Map.entry("halfHeadWidth", config.headWidth() / 2),
                        Map.entry("queryHeads", config.queryHeads()),
                        Map.entry("keyValueHeads", config.keyValueHeads()),
                        Map.entry("allHeads", config.queryHeads() + 2 * config.keyValueHeads()),
                        Map.entry("attentionWidth", config.queryHeads() * config.headWidth()),
                        Map.entry(
                                "grouped",
                                config.queryHeads() > config.keyValueHeads() ? "True" : "False"),
                        Map.entry("normEpsilon", config.normEpsilon()),
                        Map.entry("mask", config.mask()),
                        Map.entry("head", WeightLayout.head(config)),
                        Map.entry("firstLayer", WeightLayout.firstLayer(config)),
                        Map.entry("layerWeights", WeightLayout.LAYER_WEIGHTS));
    }

    /** The model over rows without a cache and weights in float32: what training begins with. */
    public String transformer() {
        return render("transformer.pyt") + render("plain.pyt");
    }

    /** The model as it is served. */
    String inference() {
        return render("transformer.pyt") + render("inference.pyt");
    }

    private String render(String template) {
        return render(TransformerSource.class, template);
    }

    /**
     * @param neighbour class beside whose resources the template lies
     * @throws IllegalArgumentException if the template names a value that there is not
     */
    public String render(Class<?> neighbour, String template) {
        return PLACEHOLDER
                .matcher(read(neighbour, template))
                .replaceAll(
                        match -> {
                            Object value = values.get(match.group(1));
                            if (value == null) {
                                throw new IllegalArgumentException(
                                        template + " names an unknown value: " + match.group());
                            }
                            return value.toString();
                        });
    }

    /**
     * PyTorch's number for a type, as TorchScript source writes it.
     *
     * @throws IllegalArgumentException if it is neither F32 nor BF16
     */
    public static int torchCode(DType type) {
        return switch (type) {
            case F32 -> 6;
            case BF16 -> 15;
            default ->
                    throw new IllegalArgumentException(
                            "The model computes in F32 or BF16, not in " + type + ".");
        };
    }

    private static String read(Class<?> neighbour, String template) {
        try (InputStream stream = neighbour.getResourceAsStream(template)) {
            if (stream == null) {
                throw new IllegalArgumentException("No template " + template + ".");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + template, e);
        }
    }
}
