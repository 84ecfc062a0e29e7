package dev.seeddiffusion.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.ErrorCode;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.common.generation.GenerationEvent.Failed;
import dev.seeddiffusion.common.generation.GenerationRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;

class DrainTest {

    private static final GenerationRequest LONG =
            new GenerationRequest(
                    "r1",
                    "tenant",
                    "def f(x):\n",
                    null,
                    null,
                    null,
                    400,
                    0.8,
                    1,
                    5,
                    List.of(),
                    Decoding.AUTOREGRESSIVE,
                    null,
                    null,
                    false,
                    null,
                    null,
                    null);

    @TempDir private Path folder;

    @Test
    void a_replica_that_is_told_to_stop_ends_its_streams_so_that_another_goes_on()
            throws IOException, InterruptedException {
        ConfigurableApplicationContext replica =
                SpringApplication.run(
                        InferenceServiceApplication.class,
                        "--server.port=0",
                        "--inference.model=" + TinyCheckpoint.write(folder),
                        "--inference.drain-deadline=1ms");
        List<GenerationEvent> events = new CopyOnWriteArrayList<>();
        WebClient.create(
                        "http://127.0.0.1:"
                                + replica.getEnvironment().getProperty("local.server.port"))
                .post()
                .uri("/generations")
                .bodyValue(LONG)
                .retrieve()
                .bodyToFlux(GenerationEvent.class)
                .subscribe(events::add);
        Waiting.until(() -> events.size() > 1);

        replica.close();

        Waiting.until(() -> events.getLast() instanceof Failed);
        assertThat(((Failed) events.getLast()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
}
