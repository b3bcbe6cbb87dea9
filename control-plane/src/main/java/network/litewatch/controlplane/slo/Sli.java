package network.litewatch.controlplane.slo;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;

/**
 * Which runs an SLO looks at, and which of them are good: those that are ok and keep within the limit, if there is one.
 *
 * @param probe whose runs
 * @param networks of these networks only; empty is all
 * @param targets of these targets only; empty is all
 * @param labels that the target must have
 * @param by whether each target has a budget of its own, or each network one
 */
public record Sli(
        ProbeId probe,
        Set<NetworkId> networks,
        Set<TargetId> targets,
        Map<String, String> labels,
        By by,
        Optional<Limit> limit) {
    /** Label of what is touched by a drill: such runs never count. */
    public static final String DRILL = "drill";

    /** What has a budget of its own. */
    public enum By {
        NETWORK,
        TARGET
    }

    public Sli {
        networks = Set.copyOf(networks);
        targets = Set.copyOf(targets);
        labels = Map.copyOf(labels);
    }

    /** Whether runs of {@code other} at that target are looked at. */
    public boolean selects(ProbeId other, NetworkId network, TargetId target, Map<String, String> labelsOfTarget) {
        return probe.equals(other)
                && (networks.isEmpty() || networks.contains(network))
                && (targets.isEmpty() || targets.contains(target))
                && labelsOfTarget.entrySet().containsAll(labels.entrySet());
    }

    /**
     * Whether {@code run} was good; empty where it says nothing: inconclusive, not run, part of a drill, or without the signal
     * that is limited. A canary that failed says nothing by itself: what counts is whom it is charged with.
     */
    public Optional<Boolean> good(Assessment run) {
        if (!run.outcome().counts()
                || run.labels().containsKey(DRILL)
                || !selects(run.key().probe(), run.network(), run.key().target(), run.labels())) {
            return Optional.empty();
        }
        if (!run.outcome().isOk()) {
            return run.kind() == TargetKind.MINER ? Optional.empty() : Optional.of(false);
        }
        return limit.isEmpty() ? Optional.of(true) : limit.get().kept(run);
    }

    /** The same text for the same indicator, whatever the order in its file. */
    @Override
    public String toString() {
        return probe + " "
                + new TreeSet<>(networks.stream().map(NetworkId::value).toList()) + " "
                + new TreeSet<>(targets.stream().map(TargetId::value).toList()) + " " + new TreeMap<>(labels) + " " + by
                + limit.map(kept -> " " + kept).orElse("");
    }
}
