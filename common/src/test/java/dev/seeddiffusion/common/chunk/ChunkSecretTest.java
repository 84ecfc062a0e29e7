package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkSecretTest {

    private static final ChunkSecret SECRET = new ChunkSecret("0123456789abcdef0123456789abcdef");

    /** Worked out with Python's hmac; a change of these orphans every kept chunk. */
    @Test
    void known_tenants_have_known_salts_and_tags() {
        assertThat(HexFormat.of().formatHex(SECRET.salt("acme")))
                .isEqualTo("e810c36faa82fa0149ab6960c8da409d23723946857f69923273aa94d04a17dc");
        assertThat(SECRET.tag("acme"))
                .isEqualTo("94adc39cf93dc61784e8ee492aefe2bb91c431ebc61f142cdf5ae386a139c256");
    }

    @Test
    void tenants_with_the_same_prompt_share_no_key() {
        int[] prompt = new int[256];

        List<ChunkKey> ours = ChunkKey.chain(ChunkKey.root(List.of(SECRET.salt("a"))), prompt);
        List<ChunkKey> theirs = ChunkKey.chain(ChunkKey.root(List.of(SECRET.salt("b"))), prompt);

        assertThat(ours).hasSize(4).doesNotContainAnyElementsOf(theirs);
    }

    @Test
    void another_secret_gives_other_salts_and_tags() {
        assertThat(ChunkSecret.random().salt("a")).isNotEqualTo(ChunkSecret.random().salt("a"));
        assertThat(ChunkSecret.random().tag("a")).isNotEqualTo(ChunkSecret.random().tag("a"));
    }

    @Test
    void a_short_secret_is_refused_and_not_repeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChunkSecret("hunter2"))
                .withMessage(
                        "The secret of the prefix cache has at least 32 bytes, but this one has 7.");
    }
}
