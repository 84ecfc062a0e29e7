package dev.seeddiffusion.common.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class ChunkKeyTest {

    private static final ChunkKey ROOT =
            ChunkKey.root(List.of(bytes("weights"), bytes("tokenizer")));

    /** Worked out with Python's hashlib and struct; a change of these orphans every kept chunk. */
    @Test
    void known_tokens_give_known_keys() {
        assertThat(ROOT.hex())
                .isEqualTo("ce8b3e5e166e06d210bdbd7dc1db14d280f55dba27ac7c791f3c983683959614");
        assertThat(ChunkKey.chain(ROOT, tokens(128)))
                .map(ChunkKey::hex)
                .containsExactly(
                        "7ee70f88d2289416599455e46f9c9d51678734414f40847b605245987b62f2d3",
                        "2d0edf902a263ed992ebe38d5bfddfcc3f2ed45ba985291563ece4550003f3e9");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 127, 128, 200})
    void only_full_chunks_have_keys(int tokens) {
        assertThat(ChunkKey.chain(ROOT, tokens(tokens))).hasSize(tokens / 64);
    }

    @Test
    void a_prefix_has_the_first_keys_of_the_whole() {
        List<ChunkKey> whole = ChunkKey.chain(ROOT, tokens(320));

        assertThat(ChunkKey.chain(ROOT, tokens(200))).isEqualTo(whole.subList(0, 3));
    }

    @Test
    void a_changed_token_changes_its_key_and_all_after_it() {
        int[] changed = tokens(256);
        changed[70]++;

        List<ChunkKey> before = ChunkKey.chain(ROOT, tokens(256));
        List<ChunkKey> after = ChunkKey.chain(ROOT, changed);

        assertThat(after.getFirst()).isEqualTo(before.getFirst());
        assertThat(after.subList(1, 4)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void another_root_gives_other_keys() {
        ChunkKey other = ChunkKey.root(List.of(bytes("weights"), bytes("another tokenizer")));

        assertThat(ChunkKey.chain(other, tokens(64)))
                .doesNotContainAnyElementsOf(ChunkKey.chain(ROOT, tokens(64)));
    }

    @Test
    void parts_that_are_split_elsewhere_give_another_root() {
        assertThat(
                        List.of(
                                ChunkKey.root(List.of(bytes("ab"), bytes("c"))),
                                ChunkKey.root(List.of(bytes("a"), bytes("bc"))),
                                ChunkKey.root(List.of(bytes("abc"))),
                                ChunkKey.root(List.of(bytes("abc"), bytes("")))))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "00123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void anything_but_64_lower_case_hexadecimal_digits_is_refused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkKey(hex));
    }

    @Test
    void a_key_is_a_string_in_json() {
        JsonMapper json = new JsonMapper();

        String written = json.writeValueAsString(ROOT);

        assertThat(written).isEqualTo('"' + ROOT.hex() + '"');
        assertThat(json.readValue(written, ChunkKey.class)).isEqualTo(ROOT);
        assertThatThrownBy(() -> json.readValue("\"short\"", ChunkKey.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("64 lower-case hexadecimal digits");
    }

    private static int[] tokens(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
