package dev.seeddiffusion.cache.chunk;

import dev.seeddiffusion.common.chunk.ChunkFrames;
import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.chunk.KvChunkCodec;
import dev.seeddiffusion.common.chunk.KvChunkStore;
import dev.seeddiffusion.common.chunk.KvChunkStore.Stored;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Chunks over HTTP/1.1 or h2c. A request names its tenant in {@value TenantLimit#HEADER}, 64
 * hexadecimal digits that say no more than which requests are of one tenant.
 *
 * <table>
 * <caption>A key is 64 lower-case hexadecimal digits, a chain a JSON array of at most {@value
 * #MAX_CHAIN} of them in the order of the prompt; errors are problem details.</caption>
 * <tr><td>{@code POST /chunks/match}</td><td>a chain: <code>{"matched":n}</code>, the number of keys
 *     from the start that are present without a gap</td></tr>
 * <tr><td>{@code POST /chunks/fetch}</td><td>part of a chain: its chunks up to the first that is not
 *     there, {@code application/octet-stream}, framed as {@link ChunkFrames} says</td></tr>
 * <tr><td>{@code PUT /chunks/{key}?parent={key}}</td><td>a chunk as {@link KvChunkCodec} writes it,
 *     {@code application/octet-stream}, without a parent if it is a prompt's first: 201 kept, 200
 *     present already, 409 the parent is not there or there is no room, 400 malformed key or chunk,
 *     413 too large</td></tr>
 * <tr><td>{@code DELETE /chunks/{key}}</td><td>204; for a chunk that turned out to be
 *     damaged</td></tr>
 * <tr><td>any</td><td>429 with {@code Retry-After} to a tenant that moved too many bytes; 503 with
 *     {@code Retry-After} while Redis does not answer or too many requests are served already; go on
 *     without the cache</td></tr>
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

    @PostMapping(path = "/match", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Match> match(@RequestBody @Size(max = MAX_CHAIN) List<ChunkKey> chain) {
        return store.match(chain).map(Match::new);
    }

    record Match(int matched) {}

    @PostMapping(
            path = "/fetch",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Flux<DataBuffer> fetch(@RequestBody @Size(max = MAX_CHAIN) List<ChunkKey> keys) {
        return store.fetch(keys)
                .concatMapIterable(ChunkFrames::write, 1)
                .map(DefaultDataBufferFactory.sharedInstance::wrap);
    }

    @PutMapping(path = "/{key}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Mono<ResponseEntity<Void>> put(
            @PathVariable ChunkKey key,
            @RequestParam @Nullable ChunkKey parent,
            @RequestBody byte[] bytes) {
        KvChunkCodec.requireIntact(bytes); // what is not a chunk is not worth the memory
        return store.put(parent, key, bytes)
                .map(stored -> ResponseEntity.status(status(stored)).build());
    }

    private static HttpStatus status(Stored stored) {
        return switch (stored) {
            case KEPT -> HttpStatus.CREATED;
            case PRESENT -> HttpStatus.OK;
            case REFUSED -> HttpStatus.CONFLICT;
        };
    }

    @DeleteMapping("/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> remove(@PathVariable ChunkKey key) {
        return store.remove(key);
    }
}
