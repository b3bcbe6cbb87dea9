package network.litewatch.controlplane.alert;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/**
 * All alerts that are pending or firing, and the rules that they live by.
 *
 * <p>Not thread-safe; one pipeline owns it. As with the fleet, {@link #evaluate} computes and {@link #commit} takes over,
 * with the caller's transaction between the two.
 */
public final class AlertBook {
    private final Map<ProbeId, List<Rule>> rules = new HashMap<>();
    private final Map<String, Alert> alive = new HashMap<>();
    private final Map<String, Votes> votes = new HashMap<>();

    /**
     * What a batch did: alerts to store (in any state, pending lives that ended without firing in {@code dropped}).
     *
     * @param votes what vantages said, by the fingerprint of the alert that they decide together; kept in memory only
     */
    public record Changes(
            Collection<Alert> changed,
            Collection<String> dropped,
            List<Transition> transitions,
            Map<String, Votes> votes) {
        /** Changes that no quorum decided. */
        public Changes(Collection<Alert> changed, Collection<String> dropped, List<Transition> transitions) {
            this(changed, dropped, transitions, Map.of());
        }
    }

    /** A book with {@code rules} that goes on from {@code stored} alerts; resolved ones among them are ignored. */
    public AlertBook(Collection<Rule> rules, Collection<Alert> stored) {
        use(rules);
        for (Alert alert : stored) {
            if (alert.state() != Alert.State.RESOLVED) {
                alive.put(alert.fingerprint(), alert);
            }
        }
    }

    /** Judges {@code assessments} in their order. */
    public Changes evaluate(List<Assessment> assessments) {
        Draft draft = new Draft();
        for (Assessment assessment : assessments) {
            for (Rule rule : rules.getOrDefault(assessment.key().probe(), List.of())) {
                rule.judge(assessment)
                        .ifPresent(breach -> rule.quorum()
                                .ifPresentOrElse(
                                        quorum -> draft.vote(rule, quorum, assessment, breach),
                                        () -> draft.judge(rule, assessment, breach)));
            }
        }
        return draft.changes();
    }

    /** Judges by {@code others} from here on; {@link #retire} ends what the old ones began. */
    public void use(Collection<Rule> others) {
        rules.clear();
        for (Rule rule : others) {
            rules.computeIfAbsent(rule.probe(), p -> new ArrayList<>()).add(rule);
        }
    }

    /**
     * Ends the alerts that nothing would ever resolve: those whose rule is in no file any more or reads another probe now,
     * and those whose target is not asked any more, or not from their vantage.
     *
     * @param gone why nobody asks what an alert speaks of, in words for people; empty where it is still asked. The labels of an
     *     alert name probe, target and vantage
     */
    public Changes retire(Instant at, Function<Map<String, String>, Optional<String>> gone) {
        Draft draft = new Draft();
        Map<List<String>, List<Rule>> known = new HashMap<>();
        rules.forEach((probe, own) ->
                own.forEach(rule -> known.computeIfAbsent(List.of(rule.alert(), probe.value()), k -> new ArrayList<>())
                        .add(rule)));
        for (Alert alert : List.copyOf(alive.values())) {
            List<Rule> own =
                    known.getOrDefault(List.of(alert.rule(), alert.labels().getOrDefault("probe", "")), List.of());
            if (own.isEmpty()) {
                draft.end(alert, at, List.of("the rule " + alert.rule() + " was removed"));
            } else if (own.stream().noneMatch(rule -> covers(rule, alert))) {
                draft.end(
                        alert,
                        at,
                        List.of("the rule " + alert.rule() + " is off in this network, or under this drill"));
            } else {
                gone.apply(alert.labels()).ifPresent(why -> draft.end(alert, at, List.of(why)));
            }
        }
        return draft.changes();
    }

    private static boolean covers(Rule rule, Alert alert) {
        String network = alert.labels().getOrDefault("network", "");
        return network.isEmpty() || rule.scope().covers(new NetworkId(network), alert.labels());
    }

    /** Makes {@code changes} the current state. */
    public void commit(Changes changes) {
        votes.putAll(changes.votes());
        changes.dropped().forEach(alive::remove);
        for (Alert alert : changes.changed()) {
            if (alert.state() == Alert.State.RESOLVED) {
                alive.remove(alert.fingerprint());
            } else {
                alive.put(alert.fingerprint(), alert);
            }
        }
    }

    /** Alerts that are pending or firing. */
    public List<Alert> alive() {
        return List.copyOf(alive.values());
    }

    /** Labels that make an alert: the rule's own win over the target's. */
    static Map<String, String> labels(Rule rule, Assessment assessment) {
        Map<String, String> labels = new TreeMap<>(assessment.labels());
        labels.putAll(rule.labels());
        labels.put("alertname", rule.alert());
        labels.put("probe", assessment.key().probe().value());
        labels.put("target", assessment.key().target().value());
        rule.quorum()
                .ifPresentOrElse(
                        quorum -> labels.put("vantages", quorum.toString()),
                        () -> labels.put("vantage", assessment.key().vantage().value()));
        labels.put("network", assessment.network().value());
        labels.put("kind", assessment.kind().label());
        return labels;
    }

    /** 16 hexadecimal digits of SHA-256 over what identifies the alert; target labels may change, this must not. */
    static String fingerprint(Rule rule, Assessment assessment) {
        String identity = String.join(
                "\u0000",
                rule.alert(),
                assessment.key().probe().value(),
                assessment.key().target().value(),
                // No name of a vantage has a space: one alert for all of them is no alert of any of them.
                rule.quorum().isPresent()
                        ? "all vantages"
                        : assessment.key().vantage().value());
        return Hashing.sha256()
                .hashString(identity, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
    }

    /**
     * What a rule says of a target at one time.
     *
     * @param assessment that texts speak of
     * @param values compared signals against their thresholds
     */
    private record Case(Rule rule, Assessment assessment, String fingerprint, Instant at, List<String> values) {
        static Case of(Rule rule, Assessment assessment, boolean breach) {
            return new Case(
                    rule,
                    assessment,
                    AlertBook.fingerprint(rule, assessment),
                    assessment.at(),
                    rule.reason(assessment, breach));
        }

        /** What vantages say together after the word of {@code latest}. */
        static Case of(Rule rule, Votes votes, Assessment latest, boolean breach) {
            List<Votes.Vote> breaching = votes.breaching();
            List<String> values = new ArrayList<>();
            values.add(breaching.size() + " of " + votes.counting().size() + " vantages");
            // The newest breach is what people are told of, also when a vantage that sees none spoke last.
            Assessment told = breach
                    ? breaching.stream()
                            .map(Votes.Vote::assessment)
                            .max(Comparator.comparing(Assessment::at))
                            .orElse(latest)
                    : latest;
            if (breach) {
                breaching.forEach(vote -> rule.reason(vote.assessment(), true)
                        .forEach(value -> values.add(vote.assessment().key().vantage() + ": " + value)));
            } else {
                values.addAll(rule.reason(latest, false));
            }
            return new Case(rule, told, AlertBook.fingerprint(rule, latest), votes.now(), values);
        }
    }

    /** Changes in the making, on top of the committed state. */
    private final class Draft {
        private final Map<String, Optional<Alert>> lives = new LinkedHashMap<>();
        private final Map<String, Alert> resolved = new LinkedHashMap<>();
        private final List<Transition> transitions = new ArrayList<>();
        private final Map<String, Votes> voted = new HashMap<>();

        void vote(Rule rule, Quorum quorum, Assessment assessment, boolean breach) {
            String fingerprint = fingerprint(rule, assessment);
            Votes before =
                    Optional.ofNullable(voted.get(fingerprint)).orElse(votes.getOrDefault(fingerprint, Votes.NONE));
            Votes after = before.with(assessment, breach);
            voted.put(fingerprint, after);
            after.verdict(quorum).ifPresent(verdict -> judge(Case.of(rule, after, assessment, verdict), verdict));
        }

        void judge(Rule rule, Assessment assessment, boolean breach) {
            // Most of what is judged is well and has no alert: nothing is put into words then.
            if (breach || current(fingerprint(rule, assessment)) != null) {
                judge(Case.of(rule, assessment, breach), breach);
            }
        }

        void judge(Case judged, boolean breach) {
            Alert before = current(judged.fingerprint());
            if (before != null && isAnothers(before, judged.assessment())) {
                // What was broken on purpose must not hide what is broken, nor the other way round.
                end(before, judged.at(), List.of("what comes now belongs to another drill, or to none"));
                before = null;
            }
            if (breach) {
                breached(judged, before == null ? born(judged) : before);
            } else if (before != null && before.state() == Alert.State.PENDING) {
                lives.put(judged.fingerprint(), Optional.empty());
            } else if (before != null) {
                Alert after = before.calm(judged.at(), judged.rule().keepFiringFor(), judged.values());
                if (after.state() == Alert.State.RESOLVED) {
                    ended(after);
                } else {
                    lives.put(judged.fingerprint(), Optional.of(after));
                }
            }
        }

        /** Whether a life of a drill meets what is none of it; one that fires for a reason of its own stays as it is. */
        private static boolean isAnothers(Alert alert, Assessment assessment) {
            String its = alert.labels().getOrDefault(Scope.DRILL, "");
            String now = assessment.labels().getOrDefault(Scope.DRILL, "");
            return !its.equals(now) && !(its.isEmpty() && alert.state() == Alert.State.FIRING);
        }

        void end(Alert alert, Instant at, List<String> why) {
            if (alert.state() == Alert.State.FIRING) {
                ended(alert.resolved(at, why));
            } else {
                lives.put(alert.fingerprint(), Optional.empty());
            }
        }

        Changes changes() {
            List<Alert> changed = new ArrayList<>(resolved.values());
            List<String> dropped = new ArrayList<>();
            lives.forEach((fingerprint, alert) -> {
                alert.ifPresent(changed::add);
                if (alert.isEmpty() && !resolved.containsKey(fingerprint)) {
                    dropped.add(fingerprint);
                }
            });
            return new Changes(changed, dropped, List.copyOf(transitions), Map.copyOf(voted));
        }

        private @Nullable Alert current(String fingerprint) {
            Optional<Alert> drafted = lives.get(fingerprint);
            return drafted == null ? alive.get(fingerprint) : drafted.orElse(null);
        }

        private void breached(Case judged, Alert before) {
            Alert after = before.breached(
                    judged.at(), judged.rule().holdFor(), judged.values(), texts(judged.rule(), judged.assessment()));
            lives.put(after.fingerprint(), Optional.of(after));
            if (before.state() != Alert.State.FIRING && after.state() == Alert.State.FIRING) {
                transitions.add(new Transition(Transition.Kind.FIRED, after));
            }
        }

        private void ended(Alert after) {
            lives.put(after.fingerprint(), Optional.empty());
            resolved.put(after.fingerprint(), after);
            transitions.add(new Transition(Transition.Kind.RESOLVED, after));
        }

        private Alert born(Case judged) {
            Instant at = judged.at();
            return new Alert(
                    judged.fingerprint(),
                    judged.rule().alert(),
                    Alert.State.PENDING,
                    labels(judged.rule(), judged.assessment()),
                    Map.of(),
                    at,
                    null,
                    at,
                    null,
                    at,
                    List.of(),
                    List.of());
        }

        private Map<String, String> texts(Rule rule, Assessment assessment) {
            Map<String, String> texts = new TreeMap<>();
            rule.annotations().forEach((name, template) -> texts.put(name, template.render(assessment)));
            return texts;
        }
    }
}
