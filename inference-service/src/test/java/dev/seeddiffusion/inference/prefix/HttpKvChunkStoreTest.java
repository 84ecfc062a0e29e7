package dev.seeddiffusion.inference.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStoreContract;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClientResponseException;

class HttpKvChunkStoreTest extends KvChunkStoreContract {

    private final FakeCacheService service = new FakeCacheService();
    private final HttpKvChunkStore store = store(service.uri());

    @AfterEach
    void close() {
        store.close();
        service.close();
    }

    @Override
    protected KvChunkStore store() {
        return store;
    }

    @Test
    void of_a_chain_that_is_longer_than_the_service_takes_the_start_is_matched() {
        assertThat(await(store.match(anyChain(2000)))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 429, 500, 503})
    void any_other_answer_is_an_error(int status) {
        ChunkKey key = anyChain(1).getFirst();
        service.answersWith(status);

        assertThatThrownBy(() -> await(store.get(key)))
                .isInstanceOf(WebClientResponseException.class);
        assertThatThrownBy(() -> await(store.put(key, anyBytes(10))))
                .isInstanceOf(WebClientResponseException.class);
        assertThatThrownBy(() -> await(store.match(anyChain(2))))
                .isInstanceOf(WebClientResponseException.class);
    }

    @Test
    void a_service_that_is_not_there_is_an_error_at_once() {
        Instant asked = Instant.now();
        try (HttpKvChunkStore nobody = store(URI.create("http://127.0.0.1:1"))) {
            assertThatThrownBy(() -> await(nobody.match(anyChain(1)))).isNotNull();
        }
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    private static HttpKvChunkStore store(URI uri) {
        return new HttpKvChunkStore(
                uri,
                PrefixCaches.properties(Duration.ofSeconds(5), 32),
                (request, next) -> next.exchange(request));
    }
}
