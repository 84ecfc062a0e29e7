package dev.seeddiffusion.api.security.key;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keys of one process, which end with it. */
final class InMemoryApiKeyStore implements ApiKeyStore {

    private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();

    @Override
    public Mono<Void> put(ApiKey key) {
        return Mono.fromRunnable(() -> keys.put(key.id(), key));
    }

    @Override
    public Mono<ApiKey> find(String id) {
        return Mono.fromSupplier(() -> keys.get(id));
    }

    @Override
    public Flux<ApiKey> all() {
        return Flux.defer(() -> Flux.fromIterable(keys.values()));
    }

    @Override
    public Mono<Void> remove(String id) {
        return Mono.fromRunnable(() -> keys.remove(id));
    }
}
