package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Verdict;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.DrillStanding.Standing;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;

/**
 * Whether drills keep what their schedules promise, as a probe: that nothing was proved makes no observation by itself, and rules judge
 * observations. Thread-safe.
 */
final class DrillProofs implements AutoCloseable {
    static final ProbeId ID = new ProbeId("drill.proof");

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<List<Drill>> drills;
    private final Function<Drill, Standing> standing;
    private final InstantSource clock;
    private final StoreProbe probe;

    /**
     * Asks nothing yet.
     *
     * @param drills those that are begun by their schedules, as the files are now
     * @param standing what their runs have shown; may block
     */
    DrillProofs(Supplier<List<Drill>> drills, Function<Drill, Standing> standing, InstantSource clock) {
        this.drills = drills;
        this.standing = standing;
        this.clock = clock;
        this.probe = new StoreProbe(ID, TargetKind.DRILL, target -> true, this::finding);
    }

    /** One for each drill. */
    List<ProbePlan> plans() {
        return drills.get().stream()
                .map(drill -> new ProbePlan(probe, target(drill), INTERVAL, TIMEOUT))
                .toList();
    }

    /**
     * The target that stands for {@code drill}; its URL leads nowhere. It is in our own network: in the drill's, the alert that a drill
     * is missing would keep the drill from being begun.
     */
    private static Target target(Drill drill) {
        return new Target(
                new TargetId(drill.id()),
                TargetKind.DRILL,
                VantageProbe.NETWORK,
                SecretUrl.parse("http://drill.invalid"),
                Optional.empty(),
                Map.of(
                        "proves",
                        drill.proves().alert(),
                        "rehearsed_in",
                        drill.targets().network()),
                Map.of());
    }

    private Finding finding(Target target) {
        Optional<Drill> drill = drills.get().stream()
                .filter(one -> one.id().equals(target.id().value()))
                .findFirst();
        return drill.map(this::finding)
                .orElseGet(() -> Finding.of(
                        Outcome.inconclusive(Reason.PATH_UNHEALTHY, "there is no such scheduled drill any more")));
    }

    private Finding finding(Drill drill) {
        Standing stands = standing.apply(drill);
        Instant known =
                stands.proved().filter(proof -> proof.isAfter(stands.since())).orElse(stands.since());
        Duration every = drill.schedule().orElseThrow().every();
        Map<Measurement, Double> seen = new EnumMap<>(Measurement.class);
        seen.put(Measurement.DRILL_PROVED, stands.proved().isPresent() ? 1.0 : 0.0);
        seen.put(
                Measurement.DRILL_UNPROVED,
                Math.max(0, (double) Duration.between(known, clock.instant()).toMillis() / every.toMillis()));
        seen.put(
                Measurement.DRILL_FAILED,
                stands.last().filter(Verdict::isFailure).isPresent() ? 1.0 : 0.0);
        return new Finding(
                Outcome.ok(),
                Map.of(),
                seen,
                stands.last()
                        .map(verdict -> Map.of("last_verdict", verdict.label()))
                        .orElse(Map.of()));
    }

    @Override
    public void close() {
        probe.close();
    }
}
