package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.sampling.UnmaskingPolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an unmasking policy, such as {@code factor:1}. */
final class PolicyConverter implements ITypeConverter<NamedPolicy> {

    static final String KNOWN =
            "threshold:P, factor:F, entropy-bound:NATS, margin:K, top-k:K or fixed-steps:N";

    @Override
    public NamedPolicy convert(String value) {
        int colon = value.indexOf(':');
        try {
            if (colon < 0) {
                throw new IllegalArgumentException("it has no colon and number");
            }
            return new NamedPolicy(
                    value, policy(value.substring(0, colon), value.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "%s is no policy (%s). Known: %s.".formatted(value, e.getMessage(), KNOWN));
        }
    }

    private static UnmaskingPolicy policy(String name, String value) {
        return switch (name) {
            case "threshold" -> UnmaskingPolicy.confidenceThreshold(Double.parseDouble(value));
            case "factor" -> UnmaskingPolicy.factor(Double.parseDouble(value));
            case "entropy-bound" -> UnmaskingPolicy.entropyBound(Double.parseDouble(value));
            case "margin" -> UnmaskingPolicy.margin(Integer.parseInt(value));
            case "top-k" -> UnmaskingPolicy.topK(Integer.parseInt(value));
            case "fixed-steps" -> UnmaskingPolicy.fixedSteps(Integer.parseInt(value));
            default -> throw new IllegalArgumentException("there is no " + name);
        };
    }
}
