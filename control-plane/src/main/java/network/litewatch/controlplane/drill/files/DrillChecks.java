package network.litewatch.controlplane.drill.files;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Drill.Expectation;
import network.litewatch.controlplane.drill.Undrilled;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookLoader.Front;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;

/** What must hold of drills as a whole, which nothing that runs needs: that is asked by {@code litewatch check}. */
public final class DrillChecks {
    /** Time from the end of a run to the alert: one batch of the pipeline, with room. */
    private static final Duration EVALUATION = Duration.ofSeconds(1);

    private static final Duration REVIEW_EVERY = Duration.ofDays(90);

    private DrillChecks() {}

    /** Alerts that neither a drill of tier ci proves nor a waiver excuses, and waivers of what is proved. */
    public static List<Problem> coverage(
            DrillLoader.Loaded loaded, Map<String, Runbook> runbooks, Map<String, Front> fronts) {
        List<Problem> problems = new ArrayList<>();
        Set<String> proved = loaded.drills().stream()
                .filter(drill -> drill.tier() == Drill.Tier.CI)
                .flatMap(drill -> drill.expects().stream())
                .map(expected -> expected.alert().alert())
                .collect(Collectors.toSet());
        Map<String, Undrilled> waived =
                loaded.undrilled().stream().collect(Collectors.toMap(Undrilled::alert, w -> w, (a, b) -> a));
        runbooks.values()
                .forEach(runbook -> runbook.alerts().forEach(alert -> {
                    if (!proved.contains(alert) && !waived.containsKey(alert)) {
                        problems.add(root(fronts, runbook.id())
                                .at("/alerts")
                                .asProblem(alert
                                        + " has no drill of tier ci; add one to drills, or say why not in undrilled, as"
                                        + " {alert: " + alert + ", reason: ..., until: 2027-01-31}"));
                    }
                }));
        for (Undrilled waiver : loaded.undrilled()) {
            Field at = Objects.requireNonNull(loaded.sources().get(DrillLoader.Loaded.waiver(waiver.alert())));
            if (proved.contains(waiver.alert())) {
                problems.add(at.asProblem("a drill proves " + waiver.alert() + "; take the waiver out"));
            }
            Runbook runbook = runbooks.get(waiver.runbook());
            if (runbook != null && !runbook.alerts().contains(waiver.alert())) {
                problems.add(at.asProblem(waiver.alert() + " is not an alert of this runbook"));
            }
        }
        return problems;
    }

    /** What is over by {@code today}: waivers, and reviews of runbooks. */
    public static List<Problem> dates(DrillLoader.Loaded loaded, Map<String, Front> fronts, LocalDate today) {
        List<Problem> problems = new ArrayList<>();
        for (Undrilled waiver : loaded.undrilled()) {
            if (today.isAfter(waiver.until())) {
                Field at = Objects.requireNonNull(loaded.sources().get(DrillLoader.Loaded.waiver(waiver.alert())));
                problems.add(at.at("/until")
                        .asProblem("is over: drill " + waiver.alert() + ", or say anew why not and until when"));
            }
        }
        fronts.values().forEach(front -> {
            Field reviewed = front.root().get("reviewed");
            Field every = front.root().get("review_every");
            if (reviewed != null) {
                Duration within = every == null
                        ? REVIEW_EVERY
                        : Objects.requireNonNullElse(every.as(Durations::parse), REVIEW_EVERY);
                LocalDate at = LocalDate.parse(String.valueOf(reviewed.text()));
                if (today.isAfter(at.plusDays(within.toDays()))) {
                    problems.add(reviewed.asProblem("is longer ago than review_every, " + Durations.format(within)
                            + ": read it again, mend it, and set the date"));
                }
            }
        });
        return problems;
    }

    /** Bounds that no service could keep, by the pace at which {@code networks} are asked. */
    public static List<Problem> bounds(DrillLoader.Loaded loaded, List<Rule> rules, Collection<Network> networks) {
        List<Problem> problems = new ArrayList<>();
        for (Drill drill : loaded.drills()) {
            networks.stream()
                    .filter(network ->
                            network.id().value().equals(drill.targets().network()))
                    .forEach(network -> {
                        Field field = Objects.requireNonNull(loaded.sources().get(drill.id()));
                        for (int i = 0; i < drill.expects().size(); i++) {
                            Expectation expected = drill.expects().get(i);
                            Duration least = least(expected.alert().alert(), rules, network);
                            if (expected.firesWithin().compareTo(least) < 0) {
                                problems.add(field.at("/expect/" + i + "/fires_within")
                                        .asProblem(
                                                "cannot be kept: the rule waits and its probe is asked so seldom that it takes "
                                                        + Durations.format(least) + " at least"));
                            }
                        }
                    });
        }
        return problems;
    }

    private static Duration least(String alert, List<Rule> rules, Network network) {
        return rules.stream()
                .filter(rule -> rule.alert().equals(alert))
                .map(rule -> rule.holdFor().plus(EVALUATION).plus(interval(rule.probe(), network)))
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static Duration interval(ProbeId probe, Network network) {
        Network.Pace pace = network.pace().get(probe);
        return pace == null ? Duration.ZERO : pace.interval();
    }

    /**
     * Selectors that find too much, too little, or something in a network that is no place for drills; {@code places} are the
     * networks that are, for what is not of tier production.
     */
    public static List<Problem> selectors(DrillLoader.Loaded loaded, Collection<Network> networks, Set<String> places) {
        List<Problem> problems = new ArrayList<>();
        for (Drill drill : loaded.drills()) {
            Field at = Objects.requireNonNull(loaded.sources().get(drill.id())).at("/targets/selector");
            List<Target> found = networks.stream()
                    .flatMap(network -> network.targets().stream())
                    .filter(target -> Blast.selects(drill.targets(), target))
                    .toList();
            Set<String> elsewhere = new TreeSet<>();
            found.stream()
                    .map(target -> target.network().value())
                    .filter(network -> !places.contains(network))
                    .forEach(elsewhere::add);
            if (drill.tier() != Drill.Tier.PRODUCTION && !elsewhere.isEmpty()) {
                problems.add(at.asProblem("finds targets of " + elsewhere
                        + ", which only a drill of tier production may touch; places for others: " + places));
            }
            boolean isLoaded = networks.stream()
                    .anyMatch(network ->
                            network.id().value().equals(drill.targets().network()));
            if (isLoaded && found.size() != drill.targets().count()) {
                problems.add(at.asProblem("finds " + found.size() + " targets, and should find "
                        + drill.targets().count() + ": "
                        + found.stream()
                                .map(target -> target.id().value())
                                .sorted()
                                .toList()));
            }
        }
        return problems;
    }

    private static Field root(Map<String, Front> fronts, String runbook) {
        return Objects.requireNonNull(fronts.get(runbook)).root();
    }
}
