package network.litewatch.controlplane.slo.live;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drift.Ratio;
import network.litewatch.controlplane.slo.Burn;
import network.litewatch.controlplane.slo.BurnAlarm;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.controlplane.slo.SloStatus;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;

/**
 * How an SLO stands, as a probe: time alone brings windows to an end, and rules judge observations. What is asked is our own database, where
 * all nodes count.
 */
public final class SloProbe implements Probe, AutoCloseable {
    public static final ProbeId ID = new ProbeId("slo.burn");
    public static final Duration INTERVAL = Duration.ofSeconds(30);
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Function<TargetId, Optional<SloStatus>> status;
    private final ExecutorService thread;

    /** Asks {@code status}, which may block, and is empty where there is no such SLO any more. */
    public SloProbe(Function<TargetId, Optional<SloStatus>> status) {
        this.status = status;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, "slo-probe");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** The target that stands for {@code series}; its URL leads nowhere. */
    public static Target target(SloSeries series) {
        return new Target(
                series.id(),
                TargetKind.SLO,
                series.network(),
                SecretUrl.parse("http://slo.invalid"),
                Optional.empty(),
                Map.of("slo", series.slo().name(), "service", series.slo().service(), "about", series.about()),
                Map.of());
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.SLO;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        return CompletableFuture.supplyAsync(
                        () -> status.apply(target.id())
                                .map(SloProbe::finding)
                                .orElseGet(() -> unknown("there is no such SLO any more")),
                        thread)
                .exceptionally(away -> unknown("the database cannot be asked"))
                .completeOnTimeout(unknown("the database did not answer"), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What {@code status} is as an observation. */
    static Finding finding(SloStatus status) {
        Map<Measurement, Double> seen = new EnumMap<>(Measurement.class);
        seen.put(Measurement.SLO_OBJECTIVE, status.series().slo().target());
        seen.put(Measurement.SLO_SAMPLES, (double) status.samples());
        status.good().ifPresent(good -> {
            seen.put(Measurement.SLO_GOOD, good.value());
            seen.put(Measurement.SLO_GOOD_LOW, good.low());
            seen.put(Measurement.SLO_GOOD_HIGH, good.high());
        });
        status.budgetLeft().ifPresent(left -> {
            seen.put(Measurement.SLO_BUDGET_LEFT, left.value());
            seen.put(Measurement.SLO_BUDGET_LEFT_LOW, left.low());
            seen.put(Measurement.SLO_BUDGET_LEFT_HIGH, left.high());
        });
        status.burns().stream().findFirst().map(Burn::burning).ifPresent(rate -> {
            seen.put(Measurement.SLO_BURN_RATE, rate.value());
            seen.put(Measurement.SLO_BURN_RATE_LOW, rate.low());
            seen.put(Measurement.SLO_BURN_RATE_HIGH, rate.high());
        });
        seen.put(Measurement.SLO_BURN_PAGE, status.firing(BurnAlarm.Severity.PAGE) ? 1.0 : 0.0);
        seen.put(Measurement.SLO_BURN_TICKET, status.firing(BurnAlarm.Severity.TICKET) ? 1.0 : 0.0);
        Map<String, String> evidence = new LinkedHashMap<>();
        status.burns().stream()
                .filter(Burn::firing)
                .forEach(burn -> evidence.put(
                        "burns_" + Durations.format(burn.alarm().longWindow()),
                        said(burn.longWindow(), burn.burning()) + "; " + said(burn.shortWindow(), burn.now())));
        return new Finding(Outcome.ok(), Map.of(), seen, evidence);
    }

    private static String said(Duration window, Ratio rate) {
        return String.format(
                Locale.ROOT,
                "%s: %.1f times (%.1f to %.1f, %d samples)",
                Durations.format(window),
                rate.value(),
                rate.low(),
                rate.high(),
                rate.samples());
    }

    private static Finding unknown(String why) {
        return Finding.of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, why));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
