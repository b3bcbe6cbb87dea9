package network.litewatch.controlplane;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import network.litewatch.controlplane.api.SlosResource;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.controlplane.slo.SloStatus;
import network.litewatch.controlplane.slo.live.CurrentSlos;
import network.litewatch.controlplane.slo.live.SloProbe;
import network.litewatch.controlplane.store.SloStore;
import org.jdbi.v3.core.Jdbi;

/** SLOs: where runs are counted, the plans that ask how each stands, and what people see of it. Thread-safe. */
final class Slos implements AutoCloseable {
    private static final Duration FOLDED_EVERY = Duration.ofHours(1);

    private final CurrentSlos current;
    private final SloStore store;
    private final InstantSource clock;
    private final SloProbe probe;

    Slos(Jdbi jdbi, InstantSource clock, List<Slo> slos) {
        this.clock = clock;
        this.current = new CurrentSlos(slos);
        this.store = new SloStore(jdbi, clock, current::all);
        this.probe = new SloProbe(id -> current.find(id).map(this::status));
    }

    /** Where what counts is added. */
    SloStore store() {
        return store;
    }

    /** From here on these are the SLOs; the plans come with {@link #plans}. */
    void replace(List<Slo> slos) {
        current.replace(slos);
    }

    /** One for each series that {@code asked} give observations of. */
    List<ProbePlan> plans(Collection<ProbePlan> asked) {
        current.follow(asked);
        return current.series().stream()
                .map(series -> new ProbePlan(probe, SloProbe.target(series), SloProbe.INTERVAL, SloProbe.TIMEOUT))
                .toList();
    }

    Chore chore() {
        return new Chore("slo", FOLDED_EVERY, () -> {
            var unused = store.fold();
        });
    }

    SlosResource resource() {
        return new SlosResource(current::series, this::status);
    }

    private SloStatus status(SloSeries series) {
        var now = clock.instant();
        return SloStatus.of(series, store.history(series, now), now);
    }

    @Override
    public void close() {
        probe.close();
    }
}
