package network.litewatch.controlplane.reputation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.CanaryKind;

/**
 * What a stored observation says for or against its node. Nothing else counts, so whoever has the documents can count again.
 *
 * <p>A canary that failed says nothing by itself: only the verdict on who it is charged with does. Nothing that is inconclusive, was
 * not run, or belongs to a drill counts.
 *
 * @param formula says who was announced to be away
 * @param agents vantages whose word does not count: what they saw comes late, by another clock, and may come twice
 */
public record EvidenceReader(Formula formula, SpeedTable speeds, Set<Vantage> agents) {
    /** Label of a miner: {@code false} where its model is known to get the checked questions wrong. */
    public static final String CHECKED = "checked";

    /** Who a failed canary is charged with. */
    public static final ProbeId VERDICT = new ProbeId("miner.verdict");

    /** What a round of identity prompts says of a miner. */
    public static final ProbeId IDENTITY_VERDICT = new ProbeId("miner.identity_verdict");

    /** Tasks of a node on the chain, in time and not. */
    public static final ProbeId DEADLINES = new ProbeId("miner.deadlines");

    /** All whose observations can be evidence. */
    public static final Set<ProbeId> PROBES = Set.of(
            CanaryKind.PING.id(), CanaryKind.RATE.id(), CanaryKind.IDENTITY.id(), VERDICT, IDENTITY_VERDICT, DEADLINES);

    /** Label of what belongs to a drill. */
    static final String DRILL = "drill";

    private static final String OPERATOR = "operator";

    // It did answer, and had better not.
    private static final Set<Reason> WRONG = Set.of(Reason.WRONG_ANSWER, Reason.EMPTY_ANSWER);

    public EvidenceReader {
        agents = Set.copyOf(agents);
    }

    /** The evidence in {@code observation}; mostly none or one piece. */
    public List<Evidence> read(Observation observation) {
        List<Evidence> found = new ArrayList<>();
        if (!PROBES.contains(observation.probe())
                || agents.contains(observation.vantage())
                || observation.labels().containsKey(DRILL)) {
            return found;
        }
        boolean isOk = observation.outcome().isOk();
        if (observation.probe().equals(VERDICT)) {
            // Charged to anybody else, it is inconclusive.
            if (observation.outcome().kind() == Outcome.Kind.FAILED) {
                Component charged =
                        WRONG.contains(observation.outcome().reason()) ? Component.CORRECTNESS : Component.AVAILABILITY;
                add(
                        found,
                        observation,
                        charged,
                        0,
                        1,
                        observation.outcome().reason().label());
            }
        } else if (observation.probe().equals(IDENTITY_VERDICT)) {
            if (observation.outcome().counts()) {
                add(
                        found,
                        observation,
                        Component.IDENTITY,
                        isOk ? 1 : 0,
                        isOk ? 0 : 1,
                        isOk ? "as trusted" : "suspect");
            }
        } else if (isOk && observation.probe().equals(DEADLINES)) {
            deadlines(found, observation);
        } else if (isOk) {
            canary(found, observation);
        }
        return found;
    }

    private void canary(List<Evidence> found, Observation observation) {
        add(found, observation, Component.AVAILABILITY, 1, 0, "answered");
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double right = seen.get(Measurement.CANARY_RIGHT);
        // A small model that miscounts is no broken node.
        if (right != null && !"false".equals(observation.labels().get(CHECKED))) {
            boolean isRight = right > 0;
            add(
                    found,
                    observation,
                    Component.CORRECTNESS,
                    isRight ? 1 : 0,
                    isRight ? 0 : 1,
                    isRight ? "right" : "wrong");
        }
        Double rate = seen.get(Measurement.CANARY_DECODE_RATE);
        if (rate != null && rate > 0 && observation.probe().equals(CanaryKind.RATE.id())) {
            speeds.expected(
                            observation.labels().get("gpu_class"),
                            observation.labels().get("model"))
                    // Faster than the card can be is no speed of its own.
                    .filter(expected -> rate <= expected.roof())
                    .ifPresent(expected -> {
                        double share = Math.min(1, rate / expected.floor());
                        add(
                                found,
                                observation,
                                Component.SPEED,
                                share,
                                1 - share,
                                share < 1 ? "below floor" : "of class");
                    });
        }
    }

    private void deadlines(List<Evidence> found, Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        double kept = seen.getOrDefault(Measurement.TASKS_KEPT, 0.0);
        double missed = seen.getOrDefault(Measurement.TASKS_MISSED, 0.0);
        if (kept >= 0 && missed >= 0 && kept + missed > 0) {
            add(found, observation, Component.DEADLINES, kept, missed, missed > 0 ? "late or missed" : "in time");
        }
        double precommits = seen.getOrDefault(Measurement.TASKS_PRECOMMITTED, 0.0);
        double assigned = seen.getOrDefault(Measurement.TASKS_ASSIGNED, 0.0);
        if (precommits >= 0 && assigned > 0 && assigned >= precommits) {
            double without = assigned - precommits;
            add(
                    found,
                    observation,
                    Component.PRECOMMITS,
                    precommits,
                    without,
                    without > 0 ? "missing" : "precommitted");
        }
    }

    private void add(
            List<Evidence> found, Observation observation, Component component, double good, double bad, String what) {
        if (component.excused() && formula.isAway(observation.target(), observation.slot())) {
            return;
        }
        found.add(new Evidence(
                observation.target(),
                observation.network(),
                observation.labels().getOrDefault(OPERATOR, ""),
                component,
                good,
                bad,
                observation.slot(),
                ObservationDocuments.id(observation),
                observation.probe().value() + " " + what));
    }
}
