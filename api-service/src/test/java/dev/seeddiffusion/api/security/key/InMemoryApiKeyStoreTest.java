package dev.seeddiffusion.api.security.key;

class InMemoryApiKeyStoreTest extends ApiKeyStoreContract {

    private final ApiKeyStore store = new InMemoryApiKeyStore();

    @Override
    ApiKeyStore store() {
        return store;
    }
}
