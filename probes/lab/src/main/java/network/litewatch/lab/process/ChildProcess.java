package network.litewatch.lab.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import network.litewatch.lab.http.Threads;

/**
 * One child process with its log in a file.
 *
 * <p>Its life hangs on its standard input: closing it, which the kernel also does when this JVM is killed, ends the child. Programs
 * that do not watch their input are run under a small shell that does. Safe for use by several threads.
 */
public final class ChildProcess implements AutoCloseable {

    private static final long GRACE_MILLIS = 3_000;
    private static final int TAIL_BYTES = 2_000;

    /** Runs "$@" and kills it when standard input ends; exits as the program exits. */
    private static final String GUARD = "exec 3<&0; \"$@\" </dev/null 3<&- & p=$!; trap 'kill $p' TERM INT; "
            + "( cat <&3 >/dev/null; kill $p 2>/dev/null ) & exec 3<&-; wait $p";

    private final String name;
    private final Path log;
    private final Process process;
    private volatile boolean stopping;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Starts a program that ends by itself when its standard input does; {@code onDeath} hears of an exit that nobody asked for. */
    public static ChildProcess start(String name, List<String> command, Path log, Consumer<ChildProcess> onDeath) {
        try {
            Files.createDirectories(parent(log));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
                    .start();
            var child = new ChildProcess(name, log, process);
            Threads.named("exit-of-" + name)
                    .newThread(() -> child.watch(onDeath))
                    .start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": could not be started: " + command.get(0), e);
        }
    }

    /** Starts a program that does not watch its standard input under a shell that does. */
    public static ChildProcess startGuarded(
            String name, List<String> command, Path log, Consumer<ChildProcess> onDeath) {
        List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
        guarded.addAll(command);
        return start(name, guarded, log, onDeath);
    }

    /**
     * Waits until {@code ready} holds.
     *
     * @throws IllegalStateException with the tail of the log when the process exits first or the time is over
     */
    public void awaitReady(BooleanSupplier ready, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(report());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        name + " was not ready after " + limit.toSeconds() + " s; the end of " + log + ":\n" + tail());
            }
            pause(25);
        }
    }

    /** What the process is called in messages. */
    public String name() {
        return name;
    }

    /** Whether the process runs now. */
    public boolean alive() {
        return process.isAlive();
    }

    /** One message for people: who exited, how, and what it said last. */
    public String report() {
        String how = process.isAlive() ? "is running" : "exited with status " + process.exitValue();
        return name + " " + how + "; the end of " + log + ":\n" + tail();
    }

    /** Ends the process: politely, then by force after three seconds. Returns when it is gone. */
    @Override
    public void close() {
        stopping = true;
        try {
            process.getOutputStream().close();
        } catch (IOException ignored) {
            // The pipe of a process that is gone already; there is nothing left to tell it.
        }
        try {
            if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Consumer<ChildProcess> onDeath) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            return; // nobody interrupts this thread; if somebody did, there is no one to report to
        }
        if (!stopping) {
            close();
            onDeath.accept(this);
        }
    }

    private String tail() {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(from);
            byte[] end = new byte[(int) (file.length() - from)];
            file.readFully(end);
            return new String(end, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private static Path parent(Path log) {
        Path parent = log.toAbsolutePath().getParent();
        return parent == null ? log.toAbsolutePath() : parent;
    }

    /** Sleeps; an interrupt ends the waiting with an exception and stays set. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
