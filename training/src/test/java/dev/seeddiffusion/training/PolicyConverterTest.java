package dev.seeddiffusion.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PolicyConverterTest {

    private final PolicyConverter converter = new PolicyConverter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threshold:0.9",
                "factor:1",
                "entropy-bound:0.5",
                "margin:2",
                "top-k:4",
                "fixed-steps:8"
            })
    void every_policy_that_the_help_names_is_known(String value) {
        assertThat(converter.convert(value).name()).isEqualTo(value);
        assertThat(PolicyConverter.KNOWN).contains(value.substring(0, value.indexOf(':') + 1));
    }

    @ParameterizedTest
    @CsvSource({
        "best:1, there is no best",
        "factor, no colon and number",
        "factor:x, x",
        "top-k:1.5, 1.5",
        "threshold:2, '(0, 1]'"
    })
    void what_is_no_policy_is_refused_with_those_that_are(String value, String reason) {
        assertThatThrownBy(() -> converter.convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(value + " is no policy")
                .hasMessageContaining(reason)
                .hasMessageContaining(PolicyConverter.KNOWN);
    }
}
