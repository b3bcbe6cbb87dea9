package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import network.litewatch.controlplane.assess.Reconciliation;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.router.RouterMinersProbe;

/** A router's list of miners, and what the chain has of those that it lacks: both in one observation, so that both are stored. */
final class ListedMiners implements Probe {
    private final RouterMinersProbe list;
    private final ChainActs acts;

    ListedMiners(RouterMinersProbe list, ChainActs acts) {
        this.list = list;
        this.acts = acts;
    }

    @Override
    public ProbeId id() {
        return list.id();
    }

    @Override
    public TargetKind kind() {
        return list.kind();
    }

    @Override
    public boolean suits(Target target) {
        return list.suits(target);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Duration half = timeout.dividedBy(2);
        return list.run(target, half).thenCompose(finding -> {
            String names = finding.evidence().get(RouterMinersProbe.UNLISTED);
            if (names == null) {
                return CompletableFuture.completedFuture(finding);
            }
            List<String> unlisted = List.of(names.split(" ", -1));
            Map<TargetId, String> nodes = new LinkedHashMap<>();
            list.miners(target.id()).stream()
                    .filter(miner -> unlisted.contains(miner.id().value())
                            && !miner.address().isEmpty())
                    .forEach(miner -> nodes.put(miner.id(), miner.address()));
            return acts.of(target.network(), nodes, half).thenApply(acted -> with(finding, acted));
        });
    }

    private static Finding with(Finding finding, Optional<Map<TargetId, Instant>> acted) {
        Map<String, String> evidence = new HashMap<>(finding.evidence());
        acted.ifPresent(times -> evidence.put(Reconciliation.ACTED, text(times)));
        return new Finding(finding.outcome(), finding.phases(), finding.measurements(), evidence);
    }

    private static String text(Map<TargetId, Instant> times) {
        Map<String, Instant> named = new TreeMap<>();
        times.forEach((id, at) -> named.put(id.value(), at));
        return named.isEmpty()
                ? Reconciliation.NONE
                : named.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining(" "));
    }
}
