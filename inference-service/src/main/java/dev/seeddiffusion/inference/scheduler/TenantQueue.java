package dev.seeddiffusion.inference.scheduler;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, by tenant: tenants take turns, and of one tenant the first that came is the first to
 * go. So a tenant waits for one turn of each other at most, however many of theirs wait. Not
 * thread-safe.
 */
final class TenantQueue<E> {

    /** The tenant whose turn is next comes first; none has an empty queue. */
    private final SequencedMap<String, Queue<E>> tenants = new LinkedHashMap<>();

    private int size;

    int size() {
        return size;
    }

    void add(String tenant, E element) {
        tenants.computeIfAbsent(tenant, _ -> new ArrayDeque<>()).add(element);
        size++;
    }

    /** Removes whose turn it is; null if nobody waits. */
    @Nullable E poll() {
        Map.Entry<String, Queue<E>> turn = tenants.pollFirstEntry();
        if (turn == null) {
            return null;
        }
        Queue<E> queue = turn.getValue();
        E next = queue.remove();
        size--;
        if (!queue.isEmpty()) {
            tenants.put(turn.getKey(), queue); // behind all others
        }
        return next;
    }

    /** Removes one who does not wait any more. */
    void remove(String tenant, E element) {
        Queue<E> queue = tenants.get(tenant);
        if (queue != null && queue.remove(element)) {
            size--;
            if (queue.isEmpty()) {
                tenants.remove(tenant);
            }
        }
    }
}
