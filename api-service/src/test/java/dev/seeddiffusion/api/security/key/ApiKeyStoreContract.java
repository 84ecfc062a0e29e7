package dev.seeddiffusion.api.security.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.security.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link ApiKeyStore} promises, and keys on top of it. */
abstract class ApiKeyStoreContract {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    abstract ApiKeyStore store();

    @Test
    void a_key_is_found_as_it_was_put_until_it_is_removed() {
        ApiKey key =
                new ApiKey(
                        "an id",
                        "acme",
                        "a name",
                        ApiKey.hash("text"),
                        Set.of(Scope.COMPLETIONS, Scope.EDITS),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2026-04-01T00:00:00Z"));
        store().put(key).block(PATIENCE);

        assertThat(store().find("an id").block(PATIENCE)).isEqualTo(key);
        assertThat(store().find("another").block(PATIENCE)).isNull();
        assertThat(store().all().collectList().block(PATIENCE)).contains(key);

        store().remove("an id").block(PATIENCE);
        store().remove("an id").block(PATIENCE);
        assertThat(store().find("an id").block(PATIENCE)).isNull();
        assertThat(store().all().collectList().block(PATIENCE)).doesNotContain(key);
    }

    @Test
    void an_issued_key_is_recognised_by_its_text_alone_and_not_after_it_has_expired() {
        ApiKeys keys = new ApiKeys(store());
        ApiKeys.Issued issued =
                keys.issue("acme", "x", Set.of(Scope.EDITS), Duration.ofDays(1)).block(PATIENCE);
        String text = issued.text();

        assertThat(keys.recognise(text).block(PATIENCE)).isEqualTo(issued.key());
        String other = (text.endsWith("A") ? "B" : "A");
        assertThat(keys.recognise(text.substring(0, text.length() - 1) + other).block(PATIENCE))
                .isNull();
        assertThat(keys.recognise(text + "A").block(PATIENCE)).isNull();
        assertThat(issued.key().hash()).doesNotContain(text).hasSize(64);
        assertThat(issued.key().is(text, issued.key().expires().minusMillis(1))).isTrue();
        assertThat(issued.key().is(text, issued.key().expires())).isFalse();

        ApiKeys.Issued expired =
                keys.issue("acme", "x", Set.of(Scope.EDITS), Duration.ofDays(-1)).block(PATIENCE);
        assertThat(keys.recognise(expired.text()).block(PATIENCE)).isNull();
    }
}
