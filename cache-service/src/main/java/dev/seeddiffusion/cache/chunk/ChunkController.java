package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Chunks over HTTP/1.1 or h2c.
 *
 * <table>
 * <caption>A key is 64 lower-case hexadecimal digits; errors are problem details.</caption>
 * <tr><td>{@code PUT /chunks/{key}}</td><td>a chunk as {@link KvChunkCodec} writes it,
 *     {@code application/octet-stream}: 201 kept, 200 present already, 400 malformed key or
 *     chunk, 413 too large</td></tr>
 * <tr><td>{@code GET /chunks/{key}}</td><td>200 with the bytes, 404 if there are none</td></tr>
 * <tr><td>{@code POST /chunks/match}</td><td>a JSON array of at most {@value #MAX_CHAIN} keys in
 *     the order of the prompt: <code>{"matched":n}</code>, the number of keys from the start that
 *     are present without a gap</td></tr>
 * <tr><td>any</td><td>503 with {@code Retry-After} while Redis does not answer or too many
 *     requests are served already; go on without the cache</td></tr>
 * </table>
 */
@RestController
@RequestMapping("/chunks")
class ChunkController {

    /** A prompt of 65,536 tokens. */
    static final int MAX_CHAIN = 1024;

    private final KvChunkStore store;

    ChunkController(KvChunkStore store) {
        this.store = store;
    }

    @PutMapping(path = "/{key}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Mono<ResponseEntity<Void>> put(@PathVariable ChunkKey key, @RequestBody byte[] bytes) {
        KvChunkCodec.decode(bytes); // what is not a chunk is not worth the memory
        return store.put(key, bytes)
                .map(
                        kept ->
                                ResponseEntity.status(kept ? HttpStatus.CREATED : HttpStatus.OK)
                                        .build());
    }

    @GetMapping(path = "/{key}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Mono<ResponseEntity<byte[]>> get(@PathVariable ChunkKey key) {
        return store.get(key)
                .map(ResponseEntity::ok)
                .defaultIfEmpty(ResponseEntity.notFound().build());
    }

    @PostMapping(path = "/match", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Match> match(@RequestBody @Size(max = MAX_CHAIN) List<ChunkKey> chain) {
        return store.match(chain).map(Match::new);
    }

    record Match(int matched) {}
}
