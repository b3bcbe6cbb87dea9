package network.litewatch.controlplane.reputation;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;

/** What a score is now against a week ago: of one node, and of a network's nodes together. */
public final class Standing {
    /** The probe of a node's score. */
    public static final ProbeId SCORE = new ProbeId("reputation.score");

    /** The probe of the scores of a network. */
    public static final ProbeId FLEET = new ProbeId("reputation.fleet");

    /** How far back a score is compared. */
    public static final Duration BACK = Duration.ofDays(7);

    /** Fewer scores than these are no distribution. */
    static final int LEAST = 8;

    // Of two samples without a difference one pair in 100 is further apart (N. Smirnov, 1948).
    private static final double ONE_IN_100 = 1.628;

    private Standing() {}

    /**
     * Of one node.
     *
     * @param then its counts a week ago, if it had any
     */
    public static Finding of(Optional<NodeRecord> record, Optional<Snapshot> then, Formula formula, Instant now) {
        Optional<Score> score = record.map(one -> Score.of(one.tallies(), formula, now));
        Interval interval = score.flatMap(Score::interval).orElse(null);
        if (score.isEmpty() || interval == null) {
            return Finding.of(Outcome.inconclusive(Reason.MISSING_DATA, "there is not enough evidence for a score"));
        }
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.REPUTATION_LOWER, interval.lower());
        measurements.put(Measurement.REPUTATION_POINT, interval.point());
        measurements.put(Measurement.REPUTATION_UPPER, interval.upper());
        measurements.put(Measurement.REPUTATION_KNOWN, score.get().known());
        then.flatMap(snapshot -> scoreThen(snapshot, formula, now)).ifPresent(before -> {
            measurements.put(Measurement.REPUTATION_DROP, before.point() - interval.point());
            double spread = Math.hypot(spread(before, formula), spread(interval, formula));
            if (spread > 0) {
                measurements.put(
                        Measurement.REPUTATION_DRIFT, (Math.log(before.point()) - Math.log(interval.point())) / spread);
            }
        });
        return new Finding(Outcome.ok(), Map.of(), measurements, Map.of("formula", formula.version()));
    }

    /** Of the nodes of a network that have a score now and had one a week ago. */
    public static Finding fleet(List<NodeRecord> records, List<Snapshot> then, Formula formula, Instant now) {
        Map<TargetId, Interval> before = new HashMap<>();
        then.forEach(snapshot -> scoreThen(snapshot, formula, now)
                .ifPresent(score -> before.put(snapshot.record().node(), score)));
        double[] old = new double[records.size()];
        double[] current = new double[records.size()];
        int nodes = 0;
        for (NodeRecord record : records) {
            Interval past = before.get(record.node());
            Interval present =
                    Score.of(record.tallies(), formula, now).interval().orElse(null);
            if (past != null && present != null) {
                old[nodes] = past.point();
                current[nodes++] = present.point();
            }
        }
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.REPUTATION_FLEET_NODES, (double) nodes);
        if (nodes >= LEAST) {
            double chance = ONE_IN_100 * Math.sqrt(2.0 / nodes);
            measurements.put(
                    Measurement.REPUTATION_FLEET_DRIFT,
                    distance(Arrays.copyOf(old, nodes), Arrays.copyOf(current, nodes)) / chance);
        }
        return new Finding(Outcome.ok(), Map.of(), measurements, Map.of("formula", formula.version()));
    }

    /** By the formula in force, whatever was in force then: a new formula is no change of the node. */
    private static Optional<Interval> scoreThen(Snapshot snapshot, Formula formula, Instant now) {
        return Score.of(snapshot.record().tallies(), formula, now.minus(BACK)).interval();
    }

    private static double spread(Interval interval, Formula formula) {
        return (Math.log(interval.point()) - Math.log(interval.lower())) / formula.z();
    }

    /** Largest difference of the two samples' distribution functions. */
    static double distance(double[] one, double[] other) {
        Arrays.sort(one);
        Arrays.sort(other);
        double most = 0;
        int i = 0;
        int j = 0;
        while (i < one.length && j < other.length) {
            double at = Math.min(one[i], other[j]);
            while (i < one.length && one[i] <= at) {
                i++;
            }
            while (j < other.length && other[j] <= at) {
                j++;
            }
            most = Math.max(most, Math.abs((double) i / one.length - (double) j / other.length));
        }
        return most;
    }
}
