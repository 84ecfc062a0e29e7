package dev.seeddiffusion.cache.chunk;

import static dev.seeddiffusion.common.chunk.KvChunkStoreContract.anyChain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkFrames;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.ChunkSecret;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "cache.chunks.redis-deadline=10s") // a busy machine is no outage
@Import(RealRedisConfiguration.class)
class ChunkHttpTest {

    private static final byte[] CHUNK = Chunks.chunk(2);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @LocalServerPort private int port;
    @Autowired private MeterRegistry meters;
    private WebTestClient client;

    @BeforeEach
    void connect() {
        client =
                WebTestClient.bindToServer()
                        .baseUrl("http://127.0.0.1:" + port)
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(16 << 20))
                        .defaultHeader(TenantLimit.HEADER, ChunkSecret.random().tag("any"))
                        .responseTimeout(DEADLINE)
                        .build();
    }

    @Test
    void chunks_are_kept_once_and_read_back() {
        List<ChunkKey> chain = anyChain(3);

        put(chain, 0, CHUNK).expectStatus().isCreated().expectBody();
        put(chain, 1, Chunks.chunk(3)).expectStatus().isCreated().expectBody();
        put(chain, 1, CHUNK).expectStatus().isOk().expectBody();

        assertThat(fetch(chain)).containsExactly(CHUNK, Chunks.chunk(3));
    }

    @Test
    void nothing_is_fetched_where_there_is_nothing() {
        assertThat(fetch(anyChain(2))).isEmpty();
    }

    @Test
    void a_chunk_whose_parent_is_not_there_is_refused() {
        put(anyChain(2), 1, CHUNK).expectStatus().isEqualTo(409).expectBody();
    }

    @Test
    void a_chunk_is_removed() {
        List<ChunkKey> chain = anyChain(1);
        put(chain, 0, CHUNK).expectStatus().isCreated().expectBody();

        client.delete()
                .uri("/chunks/{key}", chain.getFirst().hex())
                .exchange()
                .expectStatus()
                .isNoContent()
                .expectBody();

        assertThat(fetch(chain)).isEmpty();
        put(chain, 0, CHUNK).expectStatus().isCreated().expectBody();
    }

    @Test
    void a_match_counts_the_chunks_from_the_start() {
        List<ChunkKey> chain = anyChain(3);
        put(chain, 0, CHUNK).expectStatus().isCreated().expectBody();
        put(chain, 1, CHUNK).expectStatus().isCreated().expectBody();

        match(chain).expectStatus().isOk().expectBody().json("{\"matched\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "acme", "ABCDEF"})
    void a_request_that_does_not_say_whose_it_is_is_refused(String tag) {
        client.post()
                .uri("/chunks/match")
                .headers(headers -> headers.set(TenantLimit.HEADER, tag))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(anyChain(1))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("The header Tenant-Tag has 64 lower-case hexadecimal digits.");
    }

    @Test
    void a_chain_of_the_greatest_length_is_matched() {
        List<ChunkKey> chain = anyChain(1024);

        match(chain).expectStatus().isOk().expectBody().json("{\"matched\":0}");
    }

    @Test
    void a_longer_chain_is_refused() {
        match(Collections.nCopies(1025, anyChain(1).getFirst()))
                .expectStatus()
                .isBadRequest()
                .expectBody();
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-a-key", "match", "ABCDEF"})
    void a_malformed_key_is_refused_with_the_reason(String key) {
        refusedAsKey(client.put().uri("/chunks/{key}", key), CHUNK);
        refusedAsKey(client.put().uri("/chunks/{key}?parent={parent}", anyKey().hex(), key), CHUNK);
        refusedAsKey(client.post().uri("/chunks/match"), "[\"" + key + "\"]");
        refusedAsKey(client.post().uri("/chunks/fetch"), "[\"" + key + "\"]");
    }

    private static void refusedAsKey(WebTestClient.RequestBodySpec request, Object body) {
        request.contentType(
                        body instanceof byte[]
                                ? MediaType.APPLICATION_OCTET_STREAM
                                : MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, is -> assertThat(is).contains("64 lower-case hexadecimal"));
    }

    @Test
    void bytes_that_are_no_chunk_are_refused_and_not_kept() {
        List<ChunkKey> chain = anyChain(1);
        byte[] damaged = CHUNK.clone();
        damaged[damaged.length - 1] ^= 1;

        put(chain, 0, damaged)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, is -> assertThat(is).contains("SHA-256"));

        match(chain).expectBody().json("{\"matched\":0}");
    }

    @Test
    void a_chunk_that_is_too_large_is_refused_and_the_next_one_kept() {
        put(anyChain(1), 0, new byte[(8 << 20) + 1]).expectStatus().isEqualTo(413).expectBody();

        put(anyChain(1), 0, CHUNK).expectStatus().isCreated().expectBody();
    }

    @Test
    void a_chunk_of_almost_the_greatest_size_makes_the_round_trip() {
        List<ChunkKey> chain = anyChain(1);
        byte[] large = Chunks.chunk(8 * 1024 - 1);

        put(chain, 0, large).expectStatus().isCreated().expectBody();

        assertThat(fetch(chain)).containsExactly(large);
    }

    @Test
    void another_content_type_and_another_method_are_refused_as_problems() {
        client.put()
                .uri("/chunks/{key}", anyChain(1).getFirst().hex())
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("text")
                .exchange()
                .expectStatus()
                .isEqualTo(415)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody();
        client.get()
                .uri("/chunks/{key}", anyChain(1).getFirst().hex())
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody();
    }

    @Test
    void http_2_is_spoken_without_tls() {
        String uri = "http://127.0.0.1:" + port + "/chunks/";
        ChunkKey key = anyKey();
        byte[] large = Chunks.chunk(4000); // more than a window of HTTP/2
        HttpClient http2 =
                HttpClient.create()
                        .protocol(HttpProtocol.H2C)
                        .headers(headers -> headers.set(TenantLimit.HEADER, Chunks.TENANT));

        HttpClientResponse kept =
                http2.headers(headers -> headers.set("Content-Type", "application/octet-stream"))
                        .put()
                        .uri(uri + key.hex())
                        .send(Mono.just(Unpooled.wrappedBuffer(large)))
                        .response()
                        .block(DEADLINE);
        byte[] found =
                http2.headers(headers -> headers.set("Content-Type", "application/json"))
                        .post()
                        .uri(uri + "fetch")
                        .send(ByteBufFlux.fromString(Mono.just("[\"" + key.hex() + "\"]")))
                        .responseContent()
                        .aggregate()
                        .asByteArray()
                        .block(DEADLINE);

        assertThat(kept.status().code()).isEqualTo(201);
        assertThat(kept.version().majorVersion()).isEqualTo(2);
        assertThat(new ChunkFrames(large.length).read(ByteBuffer.wrap(found)))
                .containsExactly(large);
    }

    @Test
    void what_happens_is_counted() {
        List<ChunkKey> chain = anyChain(3);
        double kept = count("cache.chunk.puts", "result", "kept");
        double hits = count("cache.chunk.fetched", "result", "hit");
        double misses = count("cache.chunk.fetched", "result", "miss");
        double bytesOut = count("cache.chunk.transferred", "direction", "out");

        put(chain, 0, CHUNK).expectBody();
        fetch(chain);
        put(chain, 2, CHUNK).expectStatus().isEqualTo(409).expectBody();

        assertThat(count("cache.chunk.puts", "result", "kept")).isEqualTo(kept + 1);
        assertThat(count("cache.chunk.puts", "result", "refused")).isPositive();
        assertThat(count("cache.chunk.fetched", "result", "hit")).isEqualTo(hits + 1);
        assertThat(count("cache.chunk.fetched", "result", "miss")).isEqualTo(misses + 2);
        assertThat(count("cache.chunk.transferred", "direction", "out"))
                .isEqualTo(bytesOut + CHUNK.length);
        assertThat(meters.get("cache.chunk.held").gauge().value()).isPositive();
        client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(
                        text ->
                                assertThat(text)
                                        .contains("cache_chunk_fetched_total")
                                        .contains("cache_chunk_evictions_total")
                                        .contains("cache_chunk_latency_seconds"));
    }

    private double count(String name, String tag, String value) {
        return meters.find(name).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private WebTestClient.ResponseSpec put(List<ChunkKey> chain, int chunk, byte[] bytes) {
        return put(
                client.put()
                        .uri(
                                uri ->
                                        uri.path("/chunks/" + chain.get(chunk).hex())
                                                .queryParamIfPresent("parent", parent(chain, chunk))
                                                .build()),
                bytes);
    }

    private static Optional<String> parent(List<ChunkKey> chain, int chunk) {
        return chunk == 0 ? Optional.empty() : Optional.of(chain.get(chunk - 1).hex());
    }

    private static WebTestClient.ResponseSpec put(
            WebTestClient.RequestBodySpec request, byte[] bytes) {
        return request.contentType(MediaType.APPLICATION_OCTET_STREAM).bodyValue(bytes).exchange();
    }

    private List<byte[]> fetch(List<ChunkKey> keys) {
        byte[] body =
                client.post()
                        .uri("/chunks/fetch")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(keys)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(byte[].class)
                        .returnResult()
                        .getResponseBody();
        return body == null ? List.of() : new ChunkFrames(8 << 20).read(ByteBuffer.wrap(body));
    }

    private WebTestClient.ResponseSpec match(List<ChunkKey> chain) {
        return client.post()
                .uri("/chunks/match")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(chain)
                .exchange();
    }

    private static ChunkKey anyKey() {
        return anyChain(1).getFirst();
    }
}
