package dev.seeddiffusion.api.security.key;

import dev.seeddiffusion.api.security.Scope;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Issues keys, recognises and revokes them; a tenant's are nobody else's business. */
@Component
final class ApiKeys {

    /** Before each key, so that it is told from a token, and found where it must not be. */
    static final String PREFIX = "sk-seed-";

    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final Pattern TEXT =
            Pattern.compile(PREFIX + "([0-9a-f]{%d})-[A-Za-z0-9_-]{43}".formatted(2 * ID_BYTES));

    private final SecureRandom random = new SecureRandom();
    private final ApiKeyStore store;

    ApiKeys(ApiKeyStore store) {
        this.store = store;
    }

    /**
     * @param text the key itself; kept nowhere, so it is shown once or lost
     */
    record Issued(String text, ApiKey key) {}

    Mono<Issued> issue(String tenant, String name, Set<Scope> scopes, Duration validFor) {
        return Mono.defer(
                () -> {
                    String id = HexFormat.of().formatHex(bytes(ID_BYTES));
                    String text =
                            PREFIX
                                    + id
                                    + "-"
                                    + Base64.getUrlEncoder()
                                            .withoutPadding()
                                            .encodeToString(bytes(SECRET_BYTES));
                    Instant now = Instant.now();
                    ApiKey key =
                            new ApiKey(
                                    id,
                                    tenant,
                                    name,
                                    ApiKey.hash(text),
                                    scopes,
                                    now,
                                    now.plus(validFor));
                    return store.put(key).thenReturn(new Issued(text, key));
                });
    }

    /** The key that {@code text} is; empty if it is none, was revoked, or has expired. */
    Mono<ApiKey> recognise(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? store.find(parts.group(1)).filter(key -> key.is(text, Instant.now()))
                : Mono.empty();
    }

    /** From the oldest to the latest, expired ones too. */
    Flux<ApiKey> of(String tenant) {
        return store.all()
                .filter(key -> key.tenant().equals(tenant))
                .sort(Comparator.comparing(ApiKey::created));
    }

    /** Whether the tenant had such a key. */
    Mono<Boolean> revoke(String tenant, String id) {
        return store.find(id)
                .filter(key -> key.tenant().equals(tenant))
                .flatMap(key -> store.remove(key.id()).thenReturn(true))
                .defaultIfEmpty(false);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
