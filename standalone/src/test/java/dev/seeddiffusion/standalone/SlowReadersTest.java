package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.inference.TinyCheckpoint;
import dev.seeddiffusion.inference.Waiting;
import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/** Clients on real sockets that do not read, beside others that do. */
class SlowReadersTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CONCURRENCY = 8;
    private static final int TOKENS = 480;
    private static final int MOST_WAITING = 16;
    private static final int IDLE = 500;
    private static final int ACTIVE = 16;

    /** A frame for each token: more of them than are held for whoever does not read. */
    private static final String MANY_FRAMES =
            """
            {"prompt": "def f(x):", "max_tokens": %d, "decoding": "autoregressive", "stream": true,
             "provenance": true}
            """
                    .formatted(TOKENS);

    private static final String TEXT =
            "{\"prompt\": \"def f(x):\", \"max_tokens\": %d, \"stream\": true}";

    @TempDir private static Path folder;
    private static ConfigurableApplicationContext application;
    private static int port;

    /** Within one machine the kernel alone would hold megabytes. */
    @Configuration(proxyBeanMethods = false)
    static class SmallBuffers {

        @Bean
        NettyServerCustomizer smallSendBuffers() {
            return server ->
                    server.childOption(ChannelOption.SO_SNDBUF, 8 << 10)
                            .childOption(
                                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                                    new WriteBufferWaterMark(4 << 10, 8 << 10));
        }

        @Bean
        ReactorResourceFactory ownThreads() {
            ReactorResourceFactory threads = new ReactorResourceFactory();
            threads.setUseGlobalResources(false);
            return threads;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        application =
                new SpringApplication(StandaloneApplication.class, SmallBuffers.class)
                        .run(
                                "--server.port=0",
                                "--inference.concurrency=" + CONCURRENCY,
                                "--inference.queue-limit=" + (IDLE + ACTIVE),
                                "--inference.queue-deadline=" + PATIENCE,
                                "--inference.max-buffered-events=" + MOST_WAITING,
                                "--inference.model=" + TinyCheckpoint.write(folder));
        port = Integer.parseInt(application.getEnvironment().getProperty("local.server.port"));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void who_does_not_read_holds_up_nobody_and_little_memory() throws InterruptedException {
        // One more than there are places: it is let in because the others have left theirs.
        List<SlowReader> slow = open(CONCURRENCY + 1, MANY_FRAMES);
        slow.forEach(SlowReader::readSome);
        Waiting.until(() -> gauge("inference.generations.active") == 0);
        assertThat(requestsUnderWay()).isEqualTo(slow.size());

        List<String> others = read(CONCURRENCY);

        assertThat(others).hasSize(CONCURRENCY).allMatch(it -> it.contains("[DONE]"));
        assertThat(requestsUnderWay()).isEqualTo(slow.size());
        for (SlowReader reader : slow) {
            List<String> frames = reader.readAll();
            assertThat(frames).hasSizeLessThan(TOKENS);
            assertThat(frames.getLast()).contains(MOST_WAITING + " events waited to be read");
            reader.close();
        }
    }

    @Test
    void five_hundred_idle_clients_and_sixteen_active_ones_are_all_served()
            throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        application.getBean(ModelHost.class).device().execute(() -> Waiting.await(goOn));
        List<SlowReader> idle = open(IDLE, TEXT.formatted(1));
        Waiting.until(() -> gauge("inference.queue.depth") == IDLE - CONCURRENCY);
        goOn.countDown();

        List<String> active = read(ACTIVE);

        assertThat(active).hasSize(ACTIVE).allMatch(it -> it.contains("[DONE]"));
        assertThat(idle)
                .allSatisfy(
                        reader -> {
                            assertThat(reader.readAll())
                                    .contains("[DONE]")
                                    .anyMatch(frame -> frame.contains("\"length\""));
                            reader.close();
                        });
    }

    private static List<SlowReader> open(int clients, String body) {
        return IntStream.range(0, clients).mapToObj(_ -> new SlowReader(port, body)).toList();
    }

    /** What clients get that read at once. */
    private static List<String> read(int clients) {
        WebClient client = WebClient.create("http://127.0.0.1:" + port);
        return Flux.range(0, clients)
                .flatMap(
                        _ ->
                                client.post()
                                        .uri("/v1/completions")
                                        .contentType(MediaType.APPLICATION_JSON)
                                        .bodyValue(TEXT.formatted(64))
                                        .retrieve()
                                        .bodyToMono(byte[].class)
                                        .map(String::new),
                        clients)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private static int requestsUnderWay() {
        return meters().find("http.server.requests.active").longTaskTimers().stream()
                .mapToInt(LongTaskTimer::activeTasks)
                .sum();
    }

    private static double gauge(String name) {
        return meters().get(name).gauge().value();
    }

    private static MeterRegistry meters() {
        return application.getBean(MeterRegistry.class);
    }
}
