package dev.seeddiffusion.diffusion.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8AssemblerTest {
    private final Utf8Assembler assembler = new Utf8Assembler();

    @Test
    void a_character_appears_with_its_last_byte() {
        byte[] crab = "🦀".getBytes(StandardCharsets.UTF_8);

        assertThat(assembler.append(new byte[] {'a', crab[0]})).isEqualTo("a");
        assertThat(assembler.append(new byte[] {crab[1], crab[2]})).isEmpty();
        assertThat(assembler.append(new byte[] {crab[3], 'b'})).isEqualTo("🦀b");
        assertThat(assembler.flush()).isEmpty();
    }

    @Test
    void text_byte_by_byte_is_the_text() {
        String text = Texts.random(3, 300);
        StringBuilder assembled = new StringBuilder();

        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            assembled.append(assembler.append(new byte[] {one}));
        }

        assertThat(assembled + assembler.flush()).isEqualTo(text);
    }

    @Test
    void what_can_never_be_a_character_is_replaced_at_once() {
        assertThat(assembler.append(new byte[] {(byte) 0xFF, 'a'})).isEqualTo("\ufffda");
        assertThat(assembler.append(new byte[] {(byte) 0xE2, 'a'})).isEqualTo("\ufffda");
    }

    @Test
    void an_incomplete_end_is_replaced_on_flush_and_then_forgotten() {
        assertThat(assembler.append(new byte[] {(byte) 0xF0, (byte) 0x9F})).isEmpty();
        assertThat(assembler.flush()).isEqualTo("\ufffd");
        assertThat(assembler.append(new byte[] {'a'})).isEqualTo("a");
    }
}
