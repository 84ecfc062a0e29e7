package dev.seeddiffusion.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.system.CompletionClient.Received;
import dev.seeddiffusion.system.RecordingProxy.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Streams over two replicas, one or the other of which is killed, started again, and told to stop.
 */
class ReplicaDeathIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<ServiceProcess> replicas = new ArrayList<>();
    private final List<RecordingProxy> proxies = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(5);
    private ServiceProcess api;
    private CompletionClient client;
    private volatile boolean isOver;

    private void start(boolean deterministic) throws Exception {
        for (int i = 1; i <= 2; i++) {
            ServiceProcess replica =
                    ServiceProcess.start(
                            "inference-service",
                            "mortal-" + i,
                            "inference.model=../models/nano",
                            "inference.deterministic=" + deterministic,
                            "inference.drain-deadline=50ms",
                            "inference.queue-deadline=2m"); // a busy machine is no fault
            replicas.add(replica);
            proxies.add(new RecordingProxy(replica.address()));
        }
        api =
                ServiceProcess.start(
                        "api-service",
                        "api-over-mortals",
                        "api.replicas[0]=" + proxies.get(0).address(),
                        "api.replicas[1]=" + proxies.get(1).address(),
                        "api.routing.event-deadline=3m");
        for (ServiceProcess process : List.of(replicas.get(0), replicas.get(1), api)) {
            process.awaitReady();
        }
        client = new CompletionClient(api.address());
    }

    @AfterEach
    void stop() throws Exception {
        for (ServiceProcess process : replicas) {
            process.close();
        }
        if (api != null) {
            api.close();
        }
        for (RecordingProxy proxy : proxies) {
            proxy.close();
        }
    }

    @Test
    void streams_survive_a_replica_that_is_killed_and_one_that_is_told_to_stop() throws Exception {
        start(false);
        requireThatStreamsSurvive(20, 1);
    }

    @Test
    @Tag("system")
    void fifty_streams_survive_five_deaths() throws Exception {
        start(false);
        requireThatStreamsSurvive(50, 5);
    }

    @Test
    @Tag("system")
    void fifty_streams_of_deterministic_replicas_are_those_of_an_undisturbed_run()
            throws Exception {
        start(true);
        List<String> prompts = prompts(50);
        List<String> undisturbed = undisturbed(prompts);

        List<List<Received>> received = streamWhile(prompts, () -> letDie(5));

        for (int i = 0; i < prompts.size(); i++) {
            assertThat(received.get(i)).extracting(Received::text).containsOnly(undisturbed.get(i));
        }
        System.out.printf(
                "%d streams of deterministic replicas, 6 deaths, %d written once more: 0 failed, all"
                        + " texts are the undisturbed ones.%n",
                received.stream().mapToInt(List::size).sum(),
                exchanges().values().stream().filter(it -> it.size() > 1).count());
    }

    private void requireThatStreamsSurvive(int streams, int deaths) throws Exception {
        List<String> prompts = prompts(streams);
        List<String> undisturbed = undisturbed(prompts);

        List<List<Received>> received = streamWhile(prompts, () -> letDie(deaths));

        Map<String, List<Exchange>> exchanges = exchanges();
        assertThat(exchanges.values()).allSatisfy(ReplicaDeathIT::requireOneTrace);
        int all = 0;
        int different = 0;
        for (int i = 0; i < streams; i++) {
            for (Received one : received.get(i)) {
                requireWhatWasCommitted(one, exchanges.get(one.id()));
                all++;
                different += one.text().equals(undisturbed.get(i)) ? 0 : 1;
            }
        }
        long resumed =
                exchanges.values().stream()
                        .flatMap(List::stream)
                        .filter(it -> !it.request().get("resume").isNull())
                        .count();
        System.out.printf(
                "%d streams, %d deaths, %d resumed in the middle: 0 failed, %d of the texts differ"
                        + " from the undisturbed ones.%n",
                all, deaths + 1, resumed, different);
        assertThat(resumed).isPositive();
    }

    private static List<String> prompts(int count) {
        return IntStream.range(0, count).mapToObj(ReplicaDeathIT::prompt).toList();
    }

    private List<String> undisturbed(List<String> prompts) throws Exception {
        List<String> texts = new ArrayList<>();
        for (String prompt : prompts) {
            texts.add(client.stream(prompt).text());
        }
        return texts;
    }

    private static void requireOneTrace(List<Exchange> exchanges) {
        assertThat(exchanges).extracting(Exchange::trace).doesNotContain("");
        assertThat(exchanges)
                .extracting(Exchange::trace)
                .containsOnly(exchanges.getFirst().trace());
    }

    private interface Disturbance {
        void run() throws Exception;
    }

    /** Streams each prompt again and again; what fails is thrown. */
    private List<List<Received>> streamWhile(List<String> prompts, Disturbance disturbance)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Received>>> running =
                    prompts.stream().map(it -> threads.submit(() -> streamUntilOver(it))).toList();
            try {
                disturbance.run();
            } finally {
                isOver = true;
            }
            List<List<Received>> received = new ArrayList<>();
            for (Future<List<Received>> one : running) {
                received.add(one.get());
            }
            return received;
        }
    }

    private List<Received> streamUntilOver(String prompt) throws Exception {
        List<Received> received = new ArrayList<>();
        do {
            received.add(client.stream(prompt));
        } while (!isOver);
        return received;
    }

    private void letDie(int deaths) throws Exception {
        for (int i = 0; i < deaths; i++) {
            int which = random.nextInt(2);
            awaitWork(which);
            replicas.get(which).kill();
            replicas.get(which).startAgain();
            replicas.get(which).awaitReady();
        }
        awaitWork(0);
        replicas.get(0).terminate();
    }

    private void awaitWork(int replica) throws InterruptedException {
        proxies.get(replica).awaitCommitted(random.nextInt(20, 200), PATIENCE);
    }

    /** What the replicas were asked, in order, by request. */
    private Map<String, List<Exchange>> exchanges() {
        return proxies.stream()
                .flatMap(proxy -> proxy.exchanges().stream())
                .sorted(Comparator.comparing(Exchange::order))
                .collect(Collectors.groupingBy(it -> it.request().get("requestId").asString()));
    }

    /** No token is lost, doubled or changed, whichever replicas the client's stream went over. */
    private static void requireWhatWasCommitted(Received received, List<Exchange> exchanges) {
        List<Integer> tokens = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int position = 0;
        for (Exchange exchange : exchanges) {
            assertThat(resumedAfter(exchange.request())).isEqualTo(tokens);
            for (JsonNode event : committed(exchange)) {
                int first = event.get("firstPosition").asInt();
                assertThat(first).isEqualTo(tokens.isEmpty() ? Math.min(first, 0) : position);
                event.get("tokens").forEach(token -> tokens.add(token.get("id").asInt()));
                position = first + event.get("tokens").size();
                text.append(event.get("text").asString());
            }
        }
        Exchange last = exchanges.getLast();
        JsonNode end = last.events().getLast();
        assertThat(end.get("event").asString()).isEqualTo("finished");
        text.append(heldBack(last));
        assertThat(received.text()).isEqualTo(text.toString());
        assertThat(received.tokens()).isEqualTo(position);
    }

    private static List<Integer> resumedAfter(JsonNode request) {
        return request.at("/resume/tokens").values().stream().map(JsonNode::asInt).toList();
    }

    private static List<JsonNode> committed(Exchange exchange) {
        return events(exchange).filter(it -> !it.get("tokens").isEmpty()).toList();
    }

    /** Told with the end, by the replica that came to it. */
    private static String heldBack(Exchange exchange) {
        return events(exchange)
                .filter(it -> it.get("tokens").isEmpty())
                .map(it -> it.get("text").asString())
                .collect(Collectors.joining());
    }

    private static Stream<JsonNode> events(Exchange exchange) {
        return exchange.events().stream()
                .filter(it -> it.get("event").asString().equals("committed"));
    }

    private static String prompt(int i) {
        List<String> names = List.of("total", "largest", "count_even", "is_prime", "words");
        List<String> parameters = List.of("data", "values, k", "n", "text", "items: list[int]");
        List<String> docs = List.of("Return the squares as a list.", "Find the largest, or None.");
        return "def %s(%s):\n    \"\"\"%s\"\"\"\n"
                .formatted(names.get(i % 5), parameters.get(i / 5 % 5), docs.get(i / 25 % 2));
    }
}
