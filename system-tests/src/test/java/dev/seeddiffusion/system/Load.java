package dev.seeddiffusion.system;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams that ask the same again and again, and know what the answer is. */
final class Load implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 180;

    private final List<ServiceProcess> replicas;
    private final List<String> prompts;
    private final List<String> texts;
    private final int maxTokens;
    private final ExecutorService streams = Executors.newVirtualThreadPerTaskExecutor();
    private final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean isOver;

    private Load(
            List<ServiceProcess> replicas,
            List<String> prompts,
            List<String> texts,
            int maxTokens) {
        this.replicas = replicas;
        this.prompts = prompts;
        this.texts = texts;
        this.maxTokens = maxTokens;
    }

    /**
     * @param texts the right answer to each of {@code prompts}
     */
    static Load start(
            List<ServiceProcess> replicas,
            List<String> prompts,
            List<String> texts,
            int maxTokens,
            int streams) {
        Load load = new Load(replicas, prompts, texts, maxTokens);
        for (int i = 0; i < streams; i++) {
            load.streams.execute(load::ask);
        }
        return load;
    }

    private void ask() {
        while (!isOver) {
            int number = asked.getAndIncrement();
            int prompt = number / replicas.size() % prompts.size();
            try {
                String text =
                        ask(replicas.get(number % replicas.size()), prompts.get(prompt), maxTokens)
                                .text();
                outcomes.add(
                        text.equals(texts.get(prompt))
                                ? ""
                                : "Wrong: " + text + "\ninstead of: " + texts.get(prompt));
            } catch (Throwable e) {
                outcomes.add("Failed: " + e);
            }
        }
    }

    static Answer ask(ServiceProcess replica, String prompt, int maxTokens) {
        try {
            return Answer.of(replica, "load", prompt, maxTokens);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for so many more answers; fails at the first that is wrong, or failed. */
    void await(int answers) throws InterruptedException {
        for (int i = 0; i < answers; i++) {
            String outcome = outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (outcome == null || !outcome.isEmpty()) {
                throw new AssertionError(outcome == null ? "No more answers come." : outcome);
            }
        }
    }

    @Override
    public void close() {
        isOver = true;
        streams.close();
    }
}
