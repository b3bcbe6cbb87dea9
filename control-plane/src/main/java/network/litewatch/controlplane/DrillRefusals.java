package network.litewatch.controlplane;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Drill.Tier;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Sight;

/**
 * What keeps a drill from breaking anything, whoever wants it.
 *
 * @param alerts that are not resolved, of the drill's network
 * @param injector what makes faults there; empty where nothing does
 * @param places networks in which drills may break something that are not of tier production
 */
record DrillRefusals(List<Alert> alerts, Optional<Injector> injector, Set<String> places) {
    DrillRefusals {
        alerts = List.copyOf(alerts);
        places = Set.copyOf(places);
    }

    /** Why {@code drill}, which does {@code blast}, is not to break anything now; asks the injector. */
    List<String> of(Drill drill, Blast blast) {
        List<String> refusals = new ArrayList<>();
        String network = drill.targets().network();
        if (blast.broken().size() != drill.targets().count()) {
            refusals.add("its selector finds " + blast.broken().size() + " targets here, and should find "
                    + drill.targets().count());
        }
        if (injector.isEmpty()) {
            refusals.add("nothing makes faults in " + network + ": see drills.injectors");
        } else if (drill.tier() != Tier.PRODUCTION && !places.contains(network)) {
            refusals.add(network + " is production, which only a drill of that tier may touch");
        } else {
            drill.faults().forEach(fault -> injector.get().refusal(fault).ifPresent(refusals::add));
        }
        alerts.stream()
                .filter(alert -> !alert.labels().containsKey(Sight.LABEL))
                .filter(alert -> isAgainst(drill, blast, alert))
                .map(alert -> alert.rule() + " of " + alert.labels().getOrDefault("target", "?") + " is "
                        + alert.state().label())
                .distinct()
                .sorted()
                .forEach(refusals::add);
        return refusals;
    }

    private static boolean isAgainst(Drill drill, Blast blast, Alert alert) {
        if (drill.tier() == Tier.PRODUCTION && alert.state() == Alert.State.FIRING) {
            // Where people are busy with something real nobody breaks more, wherever it is and whatever the drill
            // allows.
            return true;
        }
        return (blast.broken().contains(alert.labels().getOrDefault("target", "")) || isNamed(drill, alert))
                && !drill.allow().contains(alert.rule());
    }

    private static boolean isNamed(Drill drill, Alert alert) {
        return drill.forbid().contains(alert.rule())
                || drill.expects().stream()
                        .anyMatch(expected -> expected.alert().isOf(alert.rule(), alert.labels()));
    }
}
