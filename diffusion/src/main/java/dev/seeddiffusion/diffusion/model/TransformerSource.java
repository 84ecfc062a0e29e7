package dev.seeddiffusion.diffusion.model;

import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.checkpoint.ModelFamily;
import dev.seeddiffusion.diffusion.checkpoint.ModelTrait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the sizes of a model into the TorchScript templates beside this class. The templates are
 * the model; nothing but numbers, and which of the files in which families differ, is decided here.
 */
public final class TransformerSource {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

    private final Map<String, Object> values = new HashMap<>();

    /**
     * @param compute F32 or BF16: what matrices, keys and values are multiplied in
     * @throws IllegalArgumentException if {@code compute} is another type
     */
    public TransformerSource(ModelConfig config, DType compute) {
        boolean grouped = config.queryHeads() > config.keyValueHeads();
        values.put("dtype", torchCode(compute));
        values.put("layers", config.layers());
        values.put("hiddenWidth", config.hiddenWidth());
        values.put("headWidth", config.headWidth());
        values.put("halfHeadWidth", config.headWidth() / 2);
        values.put("queryHeads", config.queryHeads());
        values.put("keyValueHeads", config.keyValueHeads());
        values.put("allHeads", config.queryHeads() + 2 * config.keyValueHeads());
        values.put("attentionWidth", config.queryHeads() * config.headWidth());
        values.put("grouped", grouped ? "True" : "False");
        values.put("normEpsilon", config.normEpsilon());
        values.put("mask", config.mask());
        values.put("head", WeightLayout.head(config));
        values.put("firstLayer", WeightLayout.firstLayer(config));
        List<WeightLayout.Role> roles = WeightLayout.roles(config.family());
        roles.forEach(role -> values.put(role.name(), roles.indexOf(role)));
        values.put("layerWeights", roles.size());
        ModelFamily family = config.family();
        include("queryKeyValue", family.has(ModelTrait.ATTENTION_BIAS) ? "biased" : "plain");
        include("queryKeyNorm", family.has(ModelTrait.QUERY_KEY_NORM) ? "rms" : "none");
        include("maskLogit", family.has(ModelTrait.MASK_FORBIDDEN) ? "forbidden" : "computed");
        include("choices", family.has(ModelTrait.MASK_FORBIDDEN) ? "all" : "unmasked");
    }

    /** Where families differ, a template has a place for one of several files. */
    private void include(String place, String variant) {
        values.put(
                place,
                render(TransformerSource.class, place + "." + variant + ".pyt").stripTrailing());
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
                            return Matcher.quoteReplacement(value.toString());
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
