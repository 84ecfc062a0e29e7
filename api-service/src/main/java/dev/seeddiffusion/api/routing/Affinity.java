package dev.seeddiffusion.api.routing;

import dev.seeddiffusion.common.generation.GenerationRequest;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Prompts of a tenant that begin alike go to the same replica, which still has their beginning,
 * unless that one has clearly more to do than the others.
 *
 * <p>Source: rendezvous hashing (Thaler and Ravishankar 1998), which moves only a lost replica's
 * share, with bounded loads (Mirrokni, Thorup and Zadimoghaddam, arXiv 1608.01350).
 */
final class Affinity {

    /** As long as a chunk of 64 tokens or so, the least that is shared. */
    static final int HEAD_CHARACTERS = 256;

    /** A replica with so many times its share of the requests is passed over. */
    private static final double MOST_LOAD = 1.25;

    private Affinity() {}

    /** The best first: those that are up before the others, those with room before the full. */
    static List<Replica> order(GenerationRequest request, Collection<Replica> replicas) {
        // A sort wants values that stay.
        record Candidate(Replica replica, boolean isDown, int inFlight, long score) {}
        String prompt =
                request.messages() == null
                        ? request.prompt()
                        : request.messages().getFirst().content();
        String head = prompt.substring(0, Math.min(prompt.length(), HEAD_CHARACTERS));
        int key = 31 * request.tenant().hashCode() + head.hashCode();
        List<Candidate> candidates =
                replicas.stream()
                        .map(
                                it ->
                                        new Candidate(
                                                it,
                                                it.model() == null,
                                                it.inFlight(),
                                                score(it, key)))
                        .toList();
        List<Candidate> up = candidates.stream().filter(it -> !it.isDown).toList();
        int running = up.stream().mapToInt(Candidate::inFlight).sum();
        double most = Math.ceil(MOST_LOAD * (running + 1) / Math.max(1, up.size()));
        return candidates.stream()
                .sorted(
                        Comparator.comparing(Candidate::isDown)
                                .thenComparing(it -> it.inFlight >= most)
                                .thenComparing(Candidate::score))
                .map(Candidate::replica)
                .toList();
    }

    /** Both hashes are the same in every process; the generator's first step mixes them well. */
    private static long score(Replica replica, int key) {
        long both = (long) replica.uri().hashCode() << 32 | Integer.toUnsignedLong(key);
        return new SplittableRandom(both).nextLong();
    }
}
