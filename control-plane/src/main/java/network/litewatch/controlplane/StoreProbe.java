package network.litewatch.controlplane;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;

/** Asks our own stores about a target, as a probe: so that what is known there is stored, judged and shown as all that is seen. */
final class StoreProbe implements Probe, AutoCloseable {
    private final ProbeId id;
    private final TargetKind kind;
    private final Predicate<Target> suits;
    private final Function<Target, Finding> question;
    private final ExecutorService thread;

    /** Asks {@code question} of targets that it {@code suits}; it may block, and may throw what its store throws. */
    StoreProbe(ProbeId id, TargetKind kind, Predicate<Target> suits, Function<Target, Finding> question) {
        this.id = id;
        this.kind = kind;
        this.suits = suits;
        this.question = question;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, id.value());
            daemon.setDaemon(true);
            return daemon;
        });
    }

    @Override
    public ProbeId id() {
        return id;
    }

    @Override
    public TargetKind kind() {
        return kind;
    }

    @Override
    public boolean suits(Target target) {
        return target.kind() == kind && suits.test(target);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        return CompletableFuture.supplyAsync(() -> question.apply(target), thread)
                .exceptionally(away -> unknown("our own stores cannot be asked"))
                .completeOnTimeout(unknown("our own stores did not answer"), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Finding unknown(String why) {
        return Finding.of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, why));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
