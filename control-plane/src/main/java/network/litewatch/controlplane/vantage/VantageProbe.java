package network.litewatch.controlplane.vantage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/**
 * When an agent was last heard, as a probe: silence makes no observation by itself, and rules judge observations. What is asked is our
 * own database, so that it does not matter which node the agent talks to.
 */
public final class VantageProbe implements Probe, AutoCloseable {
    public static final ProbeId ID = new ProbeId("vantage.agent");

    /** The network that vantages are in: that of Litewatch itself. */
    public static final NetworkId NETWORK = new NetworkId("litewatch");

    public static final Duration INTERVAL = Duration.ofSeconds(5);
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Function<Vantage, Optional<Heard>> heard;
    private final InstantSource clock;
    private final Instant since;
    private final ExecutorService thread;

    /**
     * What is known of an agent.
     *
     * @param at when it was last heard; null when never
     * @param skewSeconds its clock less ours, as far as that shows; the way of its message makes it too small
     * @param deliveredAt when something that it brought was last taken; null when nothing ever was
     * @param droppedAt when it last said that it had lost more than it had said before; null when it never did
     */
    public record Heard(
            Vantage vantage,
            @Nullable Instant at,
            Delivery.Status status,
            double skewSeconds,
            @Nullable Instant deliveredAt,
            @Nullable Instant droppedAt) {}

    /** Asks {@code heard}, which may block. */
    public VantageProbe(Function<Vantage, Optional<Heard>> heard, InstantSource clock) {
        this.heard = heard;
        this.clock = clock;
        // Nobody could be heard while we were not there.
        this.since = clock.instant();
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, "vantage-probe");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** The target that stands for {@code vantage}; its URL leads nowhere. */
    public static Target target(Vantage vantage) {
        return new Target(
                new TargetId(vantage.value()),
                TargetKind.VANTAGE,
                NETWORK,
                SecretUrl.parse("http://agent.invalid"),
                Optional.empty(),
                Map.of(),
                Map.of());
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.VANTAGE;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        return CompletableFuture.supplyAsync(
                        () -> finding(heard.apply(new Vantage(target.id().value()))), thread)
                .exceptionally(away -> unknown("the database cannot be asked"))
                .completeOnTimeout(unknown("the database did not answer"), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Finding finding(Optional<Heard> known) {
        Instant now = clock.instant();
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(
                Measurement.VANTAGE_SILENT, secondsSince(known.map(Heard::at).orElse(null), now));
        known.filter(heardOf -> heardOf.at() != null).ifPresent(heardOf -> {
            measurements.put(
                    Measurement.VANTAGE_BACKLOG, (double) heardOf.status().backlog());
            // An agent delivers every few seconds, if only that it lives. Who is heard and sent away each time says
            // nothing of
            // itself that would grow.
            measurements.put(
                    Measurement.VANTAGE_OLDEST_UNSENT,
                    Math.max(heardOf.status().oldestSeconds(), secondsSince(heardOf.deliveredAt(), now)));
            measurements.put(
                    Measurement.VANTAGE_DROPPED, (double) heardOf.status().dropped());
            Instant dropped = heardOf.droppedAt();
            if (dropped != null) {
                measurements.put(
                        Measurement.VANTAGE_DROP_AGE,
                        Math.max(0, Duration.between(dropped, now).toMillis() / 1e3));
            }
            measurements.put(Measurement.VANTAGE_CLOCK_SKEW, heardOf.skewSeconds());
        });
        return new Finding(Outcome.ok(), Map.of(), measurements, Map.of());
    }

    /** Or since we began, where {@code at} is before that. */
    private double secondsSince(@Nullable Instant at, Instant now) {
        Instant from = at != null && at.isAfter(since) ? at : since;
        return Math.max(0, Duration.between(from, now).toMillis() / 1e3);
    }

    private static Finding unknown(String why) {
        return Finding.of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, why));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
