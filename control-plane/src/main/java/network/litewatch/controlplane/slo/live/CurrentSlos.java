package network.litewatch.controlplane.slo.live;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.rpc.RpcHeadProbe;

/** The SLOs as their files have them now, and what they are about: of each, what is asked. Thread-safe. */
public final class CurrentSlos {
    private volatile List<Slo> slos;
    private volatile Map<TargetId, SloSeries> series = Map.of();

    public CurrentSlos(List<Slo> slos) {
        this.slos = List.copyOf(slos);
    }

    /** From here on these are the SLOs; {@link #follow} says what they are about. */
    public void replace(List<Slo> others) {
        slos = List.copyOf(others);
    }

    /** From here on {@code plans} are what is asked. */
    public void follow(Collection<ProbePlan> plans) {
        Map<TargetId, SloSeries> found = new LinkedHashMap<>();
        for (Slo slo : slos) {
            plans.stream()
                    .flatMap(plan -> of(slo, plan).stream())
                    .distinct()
                    .sorted(Comparator.comparing(one -> one.id().value()))
                    .forEach(one -> found.put(one.id(), one));
        }
        series = found;
    }

    public List<Slo> all() {
        return slos;
    }

    /** By the order of the SLOs, then by name. */
    public List<SloSeries> series() {
        return List.copyOf(series.values());
    }

    public Optional<SloSeries> find(TargetId id) {
        return Optional.ofNullable(series.get(id));
    }

    private static Optional<SloSeries> of(Slo slo, ProbePlan plan) {
        Target target = plan.target();
        NetworkId network = target.network();
        Sli sli = slo.sli();
        // What is concluded of a chain comes with the heads of its RPCs, and is of the network itself.
        boolean chain = plan.probe().id().equals(RpcHeadProbe.ID)
                && Fleet.GROUPS.stream()
                        .anyMatch(group -> sli.selects(group, network, new TargetId(network.value()), Map.of()));
        if (!chain && !sli.selects(plan.probe().id(), network, target.id(), target.labels())) {
            return Optional.empty();
        }
        TargetId own = chain ? new TargetId(network.value()) : target.id();
        return Optional.of(
                new SloSeries(slo, network, sli.by() == Sli.By.TARGET ? Optional.of(own) : Optional.empty()));
    }
}
