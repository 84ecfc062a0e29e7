package dev.seeddiffusion.inference.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.InMemoryKvChunkStore;
import dev.seeddiffusion.inference.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

    private final PrefixReplica replica = new PrefixReplica(new InMemoryKvChunkStore());

    @Test
    void of_requests_with_one_new_prefix_one_computes_it() throws InterruptedException {
        PromptPrefix computing = replica.find(200);
        List<PromptPrefix> waiting =
                IntStream.range(0, 20)
                        .mapToObj(
                                _ ->
                                        replica.cache.open(
                                                PrefixReplica.TENANT, PrefixReplica.prompt(200)))
                        .toList();
        List<CompletableFuture<Void>> found =
                waiting.stream().map(it -> it.find().toFuture()).toList();
        assertThat(found).noneMatch(CompletableFuture::isDone);

        computing.computed(new NumberedCache(100));
        assertThat(found).noneMatch(CompletableFuture::isDone);
        computing.computed(new NumberedCache(200));

        Waiting.until(() -> found.stream().allMatch(CompletableFuture::isDone));
        assertThat(waiting).allMatch(it -> it.chunks().size() == 3);
        assertThat(replica.count("inference.prefix.waits")).isEqualTo(20);
    }

    @Test
    void who_shares_only_the_beginning_waits_only_for_that() throws InterruptedException {
        PromptPrefix computing = replica.find(2000);
        PromptPrefix shorter = replica.cache.open(PrefixReplica.TENANT, PrefixReplica.prompt(100));
        CompletableFuture<Void> found = shorter.find().toFuture();

        computing.computed(new NumberedCache(64));

        Waiting.until(found::isDone);
        assertThat(shorter.chunks()).hasSize(1);
    }

    @Test
    void when_the_one_that_computes_ends_another_goes_on() throws InterruptedException {
        PromptPrefix cancelled = replica.find(200);
        List<PromptPrefix> others = new ArrayList<>();
        List<CompletableFuture<Void>> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PromptPrefix other =
                    replica.cache.open(PrefixReplica.TENANT, PrefixReplica.prompt(200));
            others.add(other);
            found.add(other.find().toFuture());
        }
        cancelled.computed(new NumberedCache(64));
        cancelled.close();

        Waiting.until(() -> found.stream().filter(CompletableFuture::isDone).count() == 1);
        int next =
                IntStream.range(0, 3).filter(i -> found.get(i).isDone()).findFirst().orElseThrow();
        assertThat(others.get(next).chunks()).hasSize(1);
        NumberedCache cache = new NumberedCache(200);
        others.get(next).computed(cache);

        assertThat(cache.read).containsExactly(64, 128);
        Waiting.until(() -> found.stream().allMatch(CompletableFuture::isDone));
        assertThat(others)
                .filteredOn(it -> it != others.get(next))
                .allMatch(it -> it.chunks().size() == 3);
    }

    @Test
    void who_was_cancelled_before_it_began_holds_up_nobody() {
        PromptPrefix cancelled =
                replica.cache.open(PrefixReplica.TENANT, PrefixReplica.prompt(200));
        cancelled.close();
        cancelled.find().block(Waiting.PATIENCE);

        assertThat(replica.find(200).chunks()).isEmpty();
        assertThat(replica.count("inference.prefix.waits")).isZero();
    }
}
