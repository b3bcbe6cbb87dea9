package network.litewatch.controlplane;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.VantageStore;
import network.litewatch.controlplane.vantage.VantagePlans;
import network.litewatch.controlplane.vantage.VantageProbe;

/**
 * The plans that are put to ourselves: whether agents are heard, how SLOs stand, whether drills keep their schedules. Thread-safe.
 */
final class OwnPlans implements AutoCloseable {
    private final VantageProbe heard;
    private final VantagePlans vantages;
    private final Slos slos;
    private final DrillProofs proofs;

    /** {@code slos} and {@code proofs} are closed by who made them. */
    OwnPlans(VantageStore heard, VantagePlans vantages, Slos slos, DrillProofs proofs, InstantSource clock) {
        this.heard = new VantageProbe(heard::find, clock);
        this.vantages = vantages;
        this.slos = slos;
        this.proofs = proofs;
    }

    /** Those beside {@code asked}, which are the plans of networks, by the files as they are now. */
    List<ProbePlan> of(Collection<ProbePlan> asked) {
        Stream<ProbePlan> listening = vantages.vantages().stream()
                .map(vantage -> new ProbePlan(
                        heard, VantageProbe.target(vantage), VantageProbe.INTERVAL, VantageProbe.TIMEOUT));
        return Stream.of(listening, slos.plans(asked).stream(), proofs.plans().stream())
                .flatMap(plans -> plans)
                .toList();
    }

    @Override
    public void close() {
        heard.close();
    }
}
