package network.litewatch.controlplane.vantage;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;

/**
 * A probe that looks at its own network before it charges a target: a run that failed on the way there, while no witness could be
 * reached either, is inconclusive.
 *
 * @param nanos monotonic clock, that of {@code connectivity}
 */
public record WitnessedProbe(Probe probe, Connectivity connectivity, LongSupplier nanos) implements Probe {
    private static final Set<Reason> ON_THE_WAY = EnumSet.of(
            Reason.TIMEOUT,
            Reason.DNS_FAILURE,
            Reason.CONNECTION_REFUSED,
            Reason.CONNECTION_RESET,
            Reason.NETWORK_ERROR,
            Reason.TRUNCATED);

    @Override
    public ProbeId id() {
        return probe.id();
    }

    @Override
    public TargetKind kind() {
        return probe.kind();
    }

    @Override
    public boolean suits(Target target) {
        return probe.suits(target);
    }

    @Override
    public boolean isDue(Target target, Instant slot) {
        return probe.isDue(target, slot);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        long since = nanos.getAsLong();
        return probe.run(target, timeout).thenCompose(finding -> {
            Outcome outcome = finding.outcome();
            return outcome.kind() == Outcome.Kind.FAILED && ON_THE_WAY.contains(outcome.reason())
                    ? connectivity.wasOfflineSince(since).thenApply(offline -> offline ? offline(outcome) : finding)
                    : CompletableFuture.completedFuture(finding);
        });
    }

    private static Finding offline(Outcome outcome) {
        return Finding.of(Outcome.inconclusive(
                Reason.VANTAGE_OFFLINE,
                "no witness could be reached either; the run itself: "
                        + outcome.reason().label() + ", " + outcome.detail()));
    }
}
