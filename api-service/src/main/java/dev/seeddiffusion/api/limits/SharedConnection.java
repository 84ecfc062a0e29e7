package dev.seeddiffusion.api.limits;

import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Bucket4j's commands over the connection that Spring holds, of one node or of a cluster. It is
 * opened by the first command, so that the service starts while Redis is away.
 *
 * @param <K> {@code byte[]}; a variable, since Bucket4j passes keys in an array of objects
 */
final class SharedConnection<K> implements RedisApi<K> {

    private final LettuceConnectionFactory connections;

    SharedConnection(LettuceConnectionFactory connections) {
        this.connections = connections;
    }

    @Override
    public <V> RedisFuture<V> eval(
            String script, ScriptOutputType output, K[] keys, byte[][] arguments) {
        return commands().eval(script, output, keys, arguments);
    }

    @Override
    public RedisFuture<byte[]> get(K key) {
        return commands().get(key);
    }

    @Override
    public RedisFuture<?> delete(K key) {
        return commands().del(key);
    }

    @SuppressWarnings("unchecked")
    private RedisClusterAsyncCommands<K, byte[]> commands() {
        // What is closed is a wrapper; the commands are those of the shared connection.
        try (LettuceConnection connection = (LettuceConnection) connections.getConnection()) {
            return (RedisClusterAsyncCommands<K, byte[]>) connection.getNativeConnection();
        }
    }
}
