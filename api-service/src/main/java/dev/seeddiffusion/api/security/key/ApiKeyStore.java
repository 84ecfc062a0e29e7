package dev.seeddiffusion.api.security.key;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keys by their ids. What was put or removed is seen by every later call, whoever makes it. */
interface ApiKeyStore {

    Mono<Void> put(ApiKey key);

    Mono<ApiKey> find(String id);

    Flux<ApiKey> all();

    Mono<Void> remove(String id);
}
