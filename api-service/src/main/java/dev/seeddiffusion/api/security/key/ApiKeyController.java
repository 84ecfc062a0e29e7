package dev.seeddiffusion.api.security.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.seeddiffusion.api.error.ApiException;
import dev.seeddiffusion.api.security.Caller;
import dev.seeddiffusion.api.security.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code POST}, {@code GET} and {@code DELETE} of the keys of the caller's tenant. */
@RestController
@RequestMapping(path = "/admin/keys", produces = MediaType.APPLICATION_JSON_VALUE)
class ApiKeyController {

    private final ApiKeys keys;

    ApiKeyController(ApiKeys keys) {
        this.keys = keys;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<KeyView> issue(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody ApiKeyRequest request) {
        return keys.issue(
                        caller.tenant(),
                        request.checkedName(),
                        request.checkedScopes(),
                        request.validFor())
                .map(issued -> KeyView.of(issued.key(), issued.text()));
    }

    @GetMapping
    Mono<KeyList> list(@RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        return keys.of(caller.tenant())
                .map(key -> KeyView.of(key, null))
                .collectList()
                .map(data -> new KeyList("list", data));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> revoke(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
        return keys.revoke(caller.tenant(), id)
                .flatMap(revoked -> revoked ? Mono.empty() : Mono.error(noSuchKey(caller)));
    }

    private static ApiException noSuchKey(Caller caller) {
        return new ApiException(
                HttpStatus.NOT_FOUND,
                "id",
                "key_not_found",
                "The tenant %s has no such key: GET /admin/keys lists those it has."
                        .formatted(caller.tenant()));
    }

    record KeyList(String object, List<KeyView> data) {}

    /**
     * @param created seconds since 1970
     * @param expires seconds since 1970
     * @param key the key itself, in the answer that issues it and never again
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record KeyView(
            String object,
            String id,
            String name,
            List<String> scopes,
            long created,
            long expires,
            @Nullable String key) {

        static KeyView of(ApiKey key, @Nullable String text) {
            return new KeyView(
                    "api_key",
                    key.id(),
                    key.name(),
                    key.scopes().stream().sorted().map(Scope::text).toList(),
                    key.created().getEpochSecond(),
                    key.expires().getEpochSecond(),
                    text);
        }
    }
}
