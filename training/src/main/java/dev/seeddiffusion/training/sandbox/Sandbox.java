package dev.seeddiffusion.training.sandbox;

import dev.seeddiffusion.training.sandbox.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs Python programs that nobody has read. Each gets namespaces of its own from bubblewrap: no
 * network, no files but {@code /usr}, read-only, and 16 MiB of {@code /tmp}, no environment, no
 * view of other processes. It gets 5 processor seconds and 512 MiB of memory a process, 8
 * processes, files of 1 MiB, 10 seconds on the clock and 1 MiB of output, and is never run without
 * all of these.
 *
 * <p>Thread-safe. A run of a trivial program takes some 20 ms.
 */
public final class Sandbox {
    private static final int SECONDS = 10;
    private static final int PROCESSOR_SECONDS = 5;

    /** Of a run whose sandbox itself hangs, beyond the program's. */
    private static final int SPARE_SECONDS = 5;

    private static final int SIGNAL = 128;
    private static final int SIGXCPU = 24;
    private static final int TIMEOUT_FAILED = 124;

    /** Nobody: an id that owns nothing, so that the limit on processes holds for root as well. */
    private static final List<String> AS_NOBODY =
            List.of(
                    "setpriv --reuid 64123 --regid 64123 --clear-groups --no-new-privs --"
                            .split(" "));

    // Mounts are made in this order: what is read-only in the end is written to before.
    private static final List<String> ISOLATED =
            List.of(
                    ("bwrap --unshare-all --die-with-parent --new-session --clearenv"
                                    + " --setenv PATH /usr/bin --ro-bind /usr /usr"
                                    + " --symlink usr/lib /lib --symlink usr/lib64 /lib64"
                                    + " --symlink usr/bin /bin --proc /proc"
                                    + " --dev /dev --remount-ro /dev"
                                    + " --size 16777216 --tmpfs /tmp --remount-ro / --chdir /tmp"
                                    + " --uid 65534 --gid 65534 --cap-drop ALL")
                            .split(" "));

    // Inside, for limits set outside would hold for bubblewrap as well.
    private static final List<String> LIMITED =
            List.of(
                    ("prlimit --cpu=%d:%d --as=536870912 --nproc=8 --fsize=1048576 --nofile=64"
                                    + " --core=0 -- timeout -s KILL %d /bin/sh -c")
                            .formatted(PROCESSOR_SECONDS, PROCESSOR_SECONDS + 1, SECONDS)
                            .split(" "));

    /** Writes an empty line first, from which is known that the sandbox stands. */
    private static final String PYTHON = "echo; exec /usr/bin/python3 -I -S -";

    private final List<String> command;

    private Sandbox(List<String> command) {
        this.command = command;
    }

    /**
     * Makes sure that programs can be run here in isolation.
     *
     * @throws IOException if they cannot; the message says what to install or to allow
     */
    public static Sandbox open() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command.addAll(AS_NOBODY);
        }
        command.addAll(ISOLATED);
        command.addAll(LIMITED);
        command.add(PYTHON);
        Sandbox sandbox = new Sandbox(List.copyOf(command));
        Verdict verdict;
        try {
            verdict = sandbox.run("print(6 * 7)");
        } catch (IOException e) {
            throw new IOException(
                    "Programs that a model wrote are run in a sandbox only, and it cannot be"
                            + " started: install bubblewrap, util-linux and python3 (Debian: apt"
                            + " install bubblewrap util-linux python3). "
                            + e.getMessage(),
                    e);
        }
        if (!verdict.passed() || !verdict.output().equals("42\n")) {
            throw new IOException(
                    "Programs that a model wrote are run in a sandbox only, and a trivial one does"
                            + " not pass in it (exit code %d). Are user namespaces forbidden here"
                                    .formatted(verdict.exitCode())
                            + " (sysctl user.max_user_namespaces,"
                            + " kernel.apparmor_restrict_unprivileged_userns), or is there no"
                            + " /usr/bin/python3? "
                            + verdict.output().strip());
        }
        return sandbox;
    }

    /**
     * Runs a program to its end, or to its limits. Nothing of it is left running afterwards.
     *
     * @param program Python source
     * @throws IOException if no process can be started
     * @throws InterruptedException if the thread is interrupted; the program is ended then
     */
    public Verdict run(String program) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear(); // bubblewrap's own can be read from inside
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        long start = System.nanoTime();
        Process process = builder.start();
        Talk talk = new Talk(process, program);
        try {
            if (!process.waitFor(SECONDS + SPARE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            Talk.Captured output = talk.captured();
            int exitCode = process.exitValue();
            return new Verdict(
                    outcome(exitCode, seconds >= SECONDS, output.tooLong()),
                    exitCode,
                    output.text());
        } finally {
            // Ended before it stands, bubblewrap would leave a process behind that waits for it.
            talk.awaitBegin(SPARE_SECONDS);
            process.destroyForcibly();
        }
    }

    private static Outcome outcome(int exitCode, boolean late, boolean tooLong) {
        if (tooLong) { // a program that notices that nobody reads any more may end by itself
            return Outcome.KILLED;
        }
        if (exitCode == 0) {
            return Outcome.PASSED;
        }
        if (exitCode < SIGNAL && exitCode != TIMEOUT_FAILED) {
            return Outcome.FAILED;
        }
        return late || exitCode == SIGNAL + SIGXCPU ? Outcome.TIMED_OUT : Outcome.KILLED;
    }
}
