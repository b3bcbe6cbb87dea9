package network.litewatch.controlplane.drill;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.controlplane.drill.Drill.Targets;
import network.litewatch.probe.Target;

/**
 * What a drill breaks, and what feels it as far as is known.
 *
 * @param broken ids of the targets that its selector finds
 * @param touched these, what is asked through them, and what the drill says feels it
 * @param domain drills of one domain never run at once
 */
public record Blast(Set<String> broken, Set<String> touched, String domain) {
    /** Labels by which a target says what it is asked through. */
    private static final List<String> THROUGH = List.of("router", "rpc");

    public Blast {
        broken = Set.copyOf(broken);
        touched = Set.copyOf(touched);
    }

    /** What {@code drill} does among {@code inventory}. */
    public static Blast of(Drill drill, Collection<Target> inventory) {
        List<Target> found = inventory.stream()
                .filter(target -> selects(drill.targets(), target))
                .toList();
        Set<String> broken = found.stream().map(target -> target.id().value()).collect(Collectors.toSet());
        Set<String> touched = new TreeSet<>(broken);
        touched.addAll(drill.targets().reach());
        inventory.stream()
                .filter(target -> !drill.targets().alone())
                .filter(target ->
                        target.network().value().equals(drill.targets().network()))
                .filter(target -> THROUGH.stream().anyMatch(label -> broken.contains(label(target, label)))
                        || target.witness()
                                .map(witness -> broken.contains(witness.id().value()))
                                .orElse(false))
                .forEach(target -> touched.add(target.id().value()));
        String kinds = found.stream()
                .map(target -> target.kind().label())
                .distinct()
                .sorted()
                .collect(Collectors.joining("+"));
        return new Blast(broken, touched, drill.domain().orElse(drill.targets().network() + "/" + kinds));
    }

    /** Whether {@code targets} mean {@code target}. */
    public static boolean selects(Targets targets, Target target) {
        Map<String, String> labels = new HashMap<>(target.labels());
        labels.put("network", target.network().value());
        labels.put("target", target.id().value());
        labels.put("kind", target.kind().label());
        return labels.entrySet().containsAll(targets.selector().entrySet());
    }

    /** Whether two drills would disturb each other. */
    public boolean isInTheWayOf(Blast other) {
        return within(domain, other.domain)
                || within(other.domain, domain)
                || broken.stream().anyMatch(other.touched::contains)
                || touched.stream().anyMatch(other.broken::contains);
    }

    private static boolean within(String inner, String outer) {
        return inner.equals(outer) || inner.startsWith(outer + "/");
    }

    private static String label(Target target, String name) {
        return target.labels().getOrDefault(name, "");
    }
}
