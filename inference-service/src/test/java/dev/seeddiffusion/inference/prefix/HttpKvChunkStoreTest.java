package dev.seeddiffusion.inference.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.ChunkSecret;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStoreContract;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClientResponseException;

class HttpKvChunkStoreTest extends KvChunkStoreContract {

    private final FakeCacheService service = new FakeCacheService();
    private final CacheService client = client(service.uri());
    private final KvChunkStore store = client.of(ChunkSecret.random().tag("tenant"));

    @AfterEach
    void close() {
        client.close();
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
        List<ChunkKey> chain = anyChain(2);
        service.answersWith(status);

        assertThatThrownBy(() -> fetch(chain)).isInstanceOf(WebClientResponseException.class);
        assertThatThrownBy(() -> put(chain, 0, 10)).isInstanceOf(WebClientResponseException.class);
        assertThatThrownBy(() -> await(store.match(chain)))
                .isInstanceOf(WebClientResponseException.class);
    }

    @Test
    void a_service_that_is_not_there_is_an_error_at_once() {
        Instant asked = Instant.now();
        try (CacheService nobody = client(URI.create("http://127.0.0.1:1"))) {
            assertThatThrownBy(() -> await(nobody.of("any").match(anyChain(1)))).isNotNull();
        }
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    private static CacheService client(URI uri) {
        return new CacheService(
                uri,
                PrefixCaches.properties(Duration.ofSeconds(5), 32),
                (request, next) -> next.exchange(request),
                ObservationRegistry.NOOP);
    }
}
