package dev.seeddiffusion.training.evaluation;

import dev.seeddiffusion.training.evaluation.TaskResult.Sample;
import dev.seeddiffusion.training.report.Progress;
import dev.seeddiffusion.training.sandbox.Sandbox;
import dev.seeddiffusion.training.suite.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Has tasks answered and judges the answers, on several threads.
 *
 * @param samples answers a task
 * @param threads that answer and judge
 */
public record SuiteRunner(Answers answers, Sandbox sandbox, int samples, int threads) {

    /**
     * @param file holds results of an earlier run, and gains those of this one; null for none
     * @return a result a task, in the order of the tasks
     * @throws IOException if a task cannot be answered or judged at all; the others are dropped
     */
    public List<TaskResult> run(List<Task> tasks, @Nullable ResultsFile file)
            throws IOException, InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        ExecutorCompletionService<TaskResult> ready = new ExecutorCompletionService<>(executor);
        try (Progress progress = new Progress("eval", "tasks", tasks.size(), 0)) {
            List<Future<TaskResult>> results = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                int index = i;
                results.add(ready.submit(() -> result(tasks.get(index), index, file)));
            }
            int passing = 0;
            for (int done = 1; done <= tasks.size(); done++) {
                passing += ready.take().get().samples().getFirst().passes() ? 1 : 0;
                progress.to(done, "%.1f %% pass".formatted(100.0 * passing / done));
            }
            return results.stream().map(Future::resultNow).toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
            executor.close();
        }
    }

    private TaskResult result(Task task, int index, @Nullable ResultsFile file)
            throws IOException, InterruptedException {
        TaskResult done = file == null ? null : file.done().get(task.id());
        if (done != null) {
            return done;
        }
        List<Sample> judged = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            Answer answer = answers.to(task, index * samples + i);
            String text = answer.text();
            judged.add(new Sample(text == null ? 0 : task.judge(text, sandbox), answer));
        }
        TaskResult result = new TaskResult(task.id(), task.kind(), judged);
        if (file != null) {
            file.append(result);
        }
        return result;
    }
}
