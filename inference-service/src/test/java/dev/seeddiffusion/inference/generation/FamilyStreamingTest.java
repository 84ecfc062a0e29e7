package dev.seeddiffusion.inference.generation;

import static dev.seeddiffusion.inference.generation.TestReplica.request;
import static dev.seeddiffusion.inference.generation.TestReplica.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.generation.ChatMessage;
import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Committed;
import dev.seeddiffusion.common.generation.GenerationEvent.Drafted;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationEvent.Finished;
import dev.seeddiffusion.common.generation.GenerationEvent.Started;
import dev.seeddiffusion.common.generation.GenerationRequest;
import dev.seeddiffusion.inference.FamilyCheckpoint;
import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.generation.TestReplica.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints of every family, behind the same port as ours. */
class FamilyStreamingTest {

    private static final int MAX_TOKENS = 41; // not a multiple of any block

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void every_family_streams_its_text(FamilyCheckpoint family) throws IOException {
        try (TestReplica replica = new TestReplica(family.write(folder), Setting.standard())) {
            GenerationRequest request =
                    request("def f(x):\n", MAX_TOKENS, Decoding.DIFFUSION, 3, true);

            List<GenerationEvent> events = replica.events(request);

            assertThat(events.getFirst()).isInstanceOf(Started.class);
            assertThat(events).hasAtLeastOneElementOfType(Drafted.class);
            assertThat(events).hasAtLeastOneElementOfType(Committed.class);
            int committed =
                    events.stream()
                            .filter(Committed.class::isInstance)
                            .mapToInt(it -> ((Committed) it).tokens().size())
                            .sum();
            Finished finished = (Finished) events.getLast();
            assertThat(finished.usage().completionTokens())
                    .isEqualTo(committed)
                    .isLessThanOrEqualTo(MAX_TOKENS);
            assertThat(finished.usage().forwards()).isPositive();
            assertThat(text(events)).isNotEmpty().isEqualTo(text(replica.events(request)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_prompt_is_found_again_where_context_lets_it(FamilyCheckpoint family)
            throws IOException, InterruptedException {
        try (TestReplica replica = new TestReplica(family.write(folder), Setting.standard())) {
            GenerationRequest request = request(TinyCheckpoint.LONG_PROMPT, MAX_TOKENS);

            List<GenerationEvent> first = replica.events(request);
            Started started = (Started) first.getFirst();
            int chunks = started.promptTokens() / ChunkKey.CHUNK_TOKENS;
            if (family.sharesPrefixes()) {
                Waiting.until(
                        () -> replica.count("inference.prefix.stores", "result", "kept") == chunks);
            }
            List<GenerationEvent> second = replica.events(request);

            assertThat(chunks).isPositive();
            assertThat(((Finished) second.getLast()).usage().cachedTokens())
                    .isEqualTo(family.sharesPrefixes() ? chunks * ChunkKey.CHUNK_TOKENS : 0);
            assertThat(text(second)).isEqualTo(text(first));
        }
    }

    @Test
    void a_conversation_is_framed_by_the_models_own_template_if_it_has_one() throws IOException {
        Path checkpoint = FamilyCheckpoint.SDAR.write(folder);
        GenerationRequest conversation =
                said(
                        "unused",
                        List.of(new ChatMessage("system", "a"), new ChatMessage("user", "b")));
        GenerationRequest framed = said("system says a\nuser says b\nanswer: ", null);
        try (TestReplica replica = new TestReplica(checkpoint, Setting.standard())) {
            assertThat(text(replica.events(conversation)))
                    .isEqualTo(text(replica.events(said("unused", null))))
                    .isNotEqualTo(text(replica.events(framed)));
        }

        Files.writeString(
                checkpoint.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.role }} says {{ m.content }}\n{% endfor %}answer: ");
        try (TestReplica replica = new TestReplica(checkpoint, Setting.standard())) {
            assertThat(text(replica.events(conversation))).isEqualTo(text(replica.events(framed)));
        }
    }

    private static GenerationRequest said(String prompt, List<ChatMessage> messages) {
        return new GenerationRequest(
                "r1", "tenant", prompt, null, messages, null, 24, 0, 1, 1, List.of(), null, null,
                null, false, null, null, null);
    }

    @ParameterizedTest
    @EnumSource
    void what_needs_causal_context_is_refused(FamilyCheckpoint family) throws IOException {
        try (TestReplica replica = new TestReplica(family.write(folder), Setting.standard())) {
            List<GenerationEvent> events =
                    replica.events(request("def f(x):\n", 8, Decoding.LOSSLESS, 0, false));

            assertThat(events)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> {
                                assertThat(failed.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                                assertThat(failed.message()).contains("leave decoding out");
                            });
        }
    }
}
