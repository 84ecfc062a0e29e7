package dev.seeddiffusion.cache.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.RealRedisConfiguration;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunk;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
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
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "cache.chunks.redis-deadline=10s") // a busy machine is no outage
@Import(RealRedisConfiguration.class)
class ChunkHttpTest {

    private static final byte[] CHUNK = chunk(64);
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
                        .responseTimeout(DEADLINE)
                        .build();
    }

    @Test
    void a_chunk_is_kept_once_and_read_back() {
        ChunkKey key = anyChain(1).getFirst();

        put(key.hex(), CHUNK).expectStatus().isCreated().expectBody();
        put(key.hex(), chunk(32)).expectStatus().isOk().expectBody();

        client.get()
                .uri("/chunks/{key}", key.hex())
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .expectBody(byte[].class)
                .isEqualTo(CHUNK);
    }

    @Test
    void an_unknown_chunk_is_not_found() {
        client.get()
                .uri("/chunks/{key}", anyChain(1).getFirst().hex())
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody();
    }

    @Test
    void a_match_counts_the_chunks_from_the_start() {
        List<ChunkKey> chain = anyChain(4);
        put(chain.get(0).hex(), CHUNK).expectStatus().isCreated().expectBody();
        put(chain.get(1).hex(), CHUNK).expectStatus().isCreated().expectBody();
        put(chain.get(3).hex(), CHUNK).expectStatus().isCreated().expectBody();

        match(chain).expectStatus().isOk().expectBody().json("{\"matched\":2}");
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
        put(key, CHUNK)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, is -> assertThat(is).contains("64 lower-case hexadecimal"));
        client.post()
                .uri("/chunks/match")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("[\"" + key + "\"]")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, is -> assertThat(is).contains("64 lower-case hexadecimal"));
    }

    @Test
    void bytes_that_are_no_chunk_are_refused_and_not_kept() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] damaged = CHUNK.clone();
        damaged[damaged.length - 1] ^= 1;

        put(key.hex(), damaged)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, is -> assertThat(is).contains("SHA-256"));

        match(List.of(key)).expectBody().json("{\"matched\":0}");
    }

    @Test
    void a_chunk_that_is_too_large_is_refused_and_the_next_one_kept() {
        put(anyChain(1).getFirst().hex(), new byte[(8 << 20) + 1])
                .expectStatus()
                .isEqualTo(413)
                .expectBody();

        put(anyChain(1).getFirst().hex(), CHUNK).expectStatus().isCreated().expectBody();
    }

    @Test
    void a_chunk_of_almost_the_greatest_size_makes_the_round_trip() {
        ChunkKey key = anyChain(1).getFirst();
        byte[] large = chunk(64 * 200); // 7.8 MB

        put(key.hex(), large).expectStatus().isCreated().expectBody();

        client.get()
                .uri("/chunks/{key}", key.hex())
                .exchange()
                .expectBody(byte[].class)
                .isEqualTo(large);
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
        client.delete()
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
        String uri = "http://127.0.0.1:" + port + "/chunks/" + anyChain(1).getFirst().hex();
        HttpClient http2 = HttpClient.create().protocol(HttpProtocol.H2C);
        byte[] large = chunk(64 * 100); // more than a window of HTTP/2

        HttpClientResponse kept =
                http2.headers(headers -> headers.set("Content-Type", "application/octet-stream"))
                        .put()
                        .uri(uri)
                        .send(Mono.just(Unpooled.wrappedBuffer(large)))
                        .response()
                        .block(DEADLINE);
        byte[] found =
                http2.get().uri(uri).responseContent().aggregate().asByteArray().block(DEADLINE);

        assertThat(kept.status().code()).isEqualTo(201);
        assertThat(kept.version().majorVersion()).isEqualTo(2);
        assertThat(found).isEqualTo(large);
    }

    @Test
    void what_happens_is_counted() {
        ChunkKey key = anyChain(1).getFirst();
        double kept = count("cache.chunk.puts", "result", "kept");
        double hits = count("cache.chunk.gets", "result", "hit");
        double misses = count("cache.chunk.gets", "result", "miss");
        double bytesOut = count("cache.chunk.transferred", "direction", "out");

        client.get()
                .uri("/chunks/{key}", key.hex())
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody();
        put(key.hex(), CHUNK).expectBody();
        client.get().uri("/chunks/{key}", key.hex()).exchange().expectBody(byte[].class);
        put("malformed", CHUNK).expectBody();

        assertThat(count("cache.chunk.puts", "result", "kept")).isEqualTo(kept + 1);
        assertThat(count("cache.chunk.gets", "result", "hit")).isEqualTo(hits + 1);
        assertThat(count("cache.chunk.gets", "result", "miss")).isEqualTo(misses + 1);
        assertThat(count("cache.chunk.transferred", "direction", "out"))
                .isEqualTo(bytesOut + CHUNK.length);
        assertThat(count("cache.chunk.rejects", "status", "400")).isPositive();
        client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(text -> assertThat(text).contains("cache_chunk_gets_total"));
    }

    private double count(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).counter().count();
    }

    private WebTestClient.ResponseSpec put(String key, byte[] bytes) {
        return client.put()
                .uri("/chunks/{key}", key)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(bytes)
                .exchange();
    }

    private WebTestClient.ResponseSpec match(List<ChunkKey> chain) {
        return client.post()
                .uri("/chunks/match")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(chain)
                .exchange();
    }

    private static List<ChunkKey> anyChain(int chunks) {
        byte[] salt = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        int[] tokens = IntStream.range(0, chunks * ChunkKey.CHUNK_TOKENS).toArray();
        return ChunkKey.chain(ChunkKey.root(List.of(salt)), tokens);
    }

    private static byte[] chunk(int tokens) {
        List<Integer> shape = List.of(4, 2, 2, tokens, 19);
        ByteBuffer data = ByteBuffer.allocate(4 * 2 * 2 * tokens * 19 * Short.BYTES);
        return KvChunkCodec.encode(new KvChunk("BF16", shape, data));
    }
}
