package dev.seeddiffusion.training.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seeddiffusion.training.sandbox.Verdict.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each escape is tried for real. Where there is no bubblewrap, these tests fail and say so. */
class SandboxTest {
    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandbox.open();
    }

    @Test
    void a_program_that_ends_passes() throws Exception {
        assertThat(sandbox.run("print('hello')"))
                .isEqualTo(new Verdict(Outcome.PASSED, 0, "hello\n"));
    }

    @Test
    void a_failed_assertion_fails_by_its_name() throws Exception {
        Verdict verdict = sandbox.run("assert 1 + 1 == 3, 'no'");
        assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(verdict.exitCode()).isEqualTo(1);
        assertThat(verdict.lastLine()).isEqualTo("AssertionError: no");
    }

    @Test
    void a_program_longer_than_a_pipe_is_run_whole() throws Exception {
        String program = "x = '" + "a".repeat(300_000) + "'\nprint(len(x))";
        assertThat(sandbox.run(program).output()).isEqualTo("300000\n");
    }

    @Test
    void there_is_no_network() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Verdict connecting =
                    sandbox.run(
                            "import socket\nsocket.create_connection(('127.0.0.1', %d), 2)"
                                    .formatted(server.getLocalPort()));
            assertThat(connecting.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(connecting.lastLine()).contains("refused");
        }
        Verdict resolving = sandbox.run("import socket\nsocket.getaddrinfo('example.org', 80)");
        assertThat(resolving.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(resolving.lastLine()).startsWith("socket.gaierror");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/shadow",
                "/etc/passwd",
                "/root",
                "/home",
                "/var",
                "/sys",
                "/proc/1/root/home",
                "/dev/sda",
                "/dev/mem"
            })
    void files_of_the_host_are_not_there(String path) throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        import os
                        path = %r
                        try:
                            print(os.listdir(path) if os.path.isdir(path) else open(path).read())
                        except OSError as e:
                            raise SystemExit(3)
                        """
                                .replace("%r", "'" + path + "'"));
        assertThat(verdict.exitCode()).as(verdict.output()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "/usr/x", "/usr/bin/x", "/dev/x", "/dev/shm/x", "/proc/x"})
    void nothing_is_written_outside_tmp(String path) throws Exception {
        assertThat(sandbox.run("open('%s', 'w')".formatted(path)).outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void files_in_tmp_are_bounded_and_are_gone_after_the_run(@TempDir Path host) throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        written = 0
                        try:
                            for i in range(1000):
                                with open(f"/tmp/{i}", "wb") as file:
                                    written += file.write(bytes(1 << 20))
                        except OSError:
                            pass
                        print(written >> 20)
                        """);
        assertThat(Integer.parseInt(verdict.output().strip())).isBetween(1, 16);
        assertThat(sandbox.run("import os\nprint(os.listdir('/tmp'))").output()).isEqualTo("[]\n");
        assertThat(sandbox.run("import os\nprint(os.path.exists('%s'))".formatted(host)).output())
                .isEqualTo("False\n");
    }

    @Test
    void a_large_file_ends_the_program_that_writes_it() throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        import signal
                        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                        open("/tmp/large", "wb").write(bytes(2 << 20))
                        """);
        assertThat(verdict.outcome()).isEqualTo(Outcome.KILLED);
    }

    @Test
    void nothing_of_the_environment_is_seen() throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        import os
                        for pid in os.listdir("/proc"):
                            if pid.isdigit():
                                print(open(f"/proc/{pid}/environ").read())
                        """);
        assertThat(verdict.outcome()).as(verdict.output()).isEqualTo(Outcome.PASSED);
        assertThat(System.getenv()).isNotEmpty();
        assertThat(verdict.output()).doesNotContain("HOME=").doesNotContain("JAVA");
    }

    @Test
    void a_fork_bomb_is_stopped_by_the_limit_on_processes() throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        import os, time
                        forks = 0
                        try:
                            while True:
                                if os.fork() == 0:
                                    time.sleep(60)
                                forks += 1
                        except BlockingIOError:
                            print(forks)
                        """);
        assertThat(Integer.parseInt(verdict.output().strip())).isBetween(1, 8);
        bomb("import os\nwhile True: os.fork()");
        assertThat(sandbox.run("print(1)").passed()).isTrue();
    }

    @Test
    void a_memory_bomb_gets_a_memory_error() throws Exception {
        Verdict verdict = sandbox.run("x = bytearray(2 << 30)");
        assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(verdict.lastLine()).isEqualTo("MemoryError");
    }

    @Test
    void an_endless_loop_times_out() throws Exception {
        assertThat(sandbox.run("while True: pass").outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void endless_sleep_times_out_even_if_signals_are_ignored() throws Exception {
        Verdict verdict =
                sandbox.run(
                        """
                        import signal, time
                        for number in range(1, 32):
                            if number not in (9, 19):
                                signal.signal(number, signal.SIG_IGN)
                        while True: time.sleep(1)
                        """);
        assertThat(verdict.outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void endless_output_is_cut_and_its_program_ended() throws Exception {
        Verdict verdict = sandbox.run("while True: print('x' * 1000)");
        assertThat(verdict.outcome()).isEqualTo(Outcome.KILLED);
        assertThat(verdict.output().length()).isLessThanOrEqualTo(1 << 16);
    }

    @Test
    void a_program_can_kill_itself_and_its_like_but_not_the_host() throws Exception {
        assertThat(sandbox.run("import os\nos.kill(os.getpid(), 9)").outcome())
                .isEqualTo(Outcome.KILLED);
        assertThat(sandbox.run("import os\nos.kill(-1, 9)").passed()).isFalse();
        assertThat(sandbox.run("import os\nos.kill(os.getppid(), 9)").passed()).isFalse();
        assertThat(sandbox.run("import os\nos.kill(1, 9)\nprint(1)").output()).isEqualTo("1\n");
    }

    @Test
    void processes_in_the_background_do_not_outlive_the_run() throws Exception {
        String mark = "outlives-" + ProcessHandle.current().pid();
        Verdict verdict =
                sandbox.run(
                        """
                        import subprocess
                        subprocess.Popen(
                            ["/usr/bin/python3", "-c", "import time; time.sleep(600)", "%s"],
                            start_new_session=True,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL,
                        )
                        """
                                .formatted(mark));
        assertThat(verdict.outcome()).as(verdict.output()).isEqualTo(Outcome.PASSED);
        for (ProcessHandle left :
                ProcessHandle.allProcesses().filter(process -> isCalled(process, mark)).toList()) {
            left.onExit().get(5, TimeUnit.SECONDS); // the kernel may be about to end it
        }
    }

    private static boolean isCalled(ProcessHandle process, String mark) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).contains(mark);
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    @Test
    void an_interrupted_run_ends_its_program() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Verdict> run = executor.submit(() -> sandbox.run("import time\ntime.sleep(9)"));
            List<ProcessHandle> processes = List.of();
            while (processes.isEmpty()) { // interrupts it while it is being set up, as a rule
                processes = ProcessHandle.current().descendants().toList();
            }
            executor.shutdownNow();
            assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
            processes.getFirst().onExit().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_run_that_is_interrupted_from_the_start_ends_too() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sandbox.run("while True: pass"))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void several_threads_may_run_programs() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (Future<Verdict> run :
                    IntStream.range(0, 40)
                            .mapToObj(
                                    i ->
                                            executor.submit(
                                                    () -> sandbox.run("print(%d)".formatted(i))))
                            .toList()) {
                assertThat(run.get().passed()).isTrue();
            }
        }
    }

    private static void bomb(String program) throws Exception {
        assertThat(sandbox.run(program).passed()).isFalse();
    }
}
