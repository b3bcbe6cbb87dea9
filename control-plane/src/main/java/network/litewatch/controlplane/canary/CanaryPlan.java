package network.litewatch.controlplane.canary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import network.litewatch.controlplane.drift.Require;
import network.litewatch.probe.miner.CanaryKind;

/**
 * What a fleet's canaries cost and can show.
 *
 * @param nodes miners in the fleet
 * @param classNodes miners of one class, at most {@code nodes}
 * @param trusted nodes that others are compared with, at most {@code nodes}: they get {@value #TRUSTED_TIMES} times the identity canaries
 * @param wantedPerDay canaries for each node and day, of all kinds together; for a trusted one its further identity canaries come on top
 * @param cv spread of one speed sample: standard deviation over mean
 * @param rho correlation of a node's sample with the one before it
 * @param tokensPerDay what all canaries may cost in a day; empty for no limit
 */
public record CanaryPlan(
        int nodes, int classNodes, int trusted, int wantedPerDay, double cv, double rho, OptionalLong tokensPerDay) {
    /** Chance that a test of an unchanged target accuses it; see {@link #falseAlarmsPerDay} for what that comes to. */
    public static final double ALPHA = 0.001;

    /** Chance that a drop of the size named is found in the time named. */
    public static final double POWER = 0.9;

    /** Samples between false alarms of a control chart. */
    public static final double BETWEEN = 10_000;

    /** The drop of decode speed that the plan is made for. */
    public static final double SPEED_DROP = 0.2;

    /** How many identity canaries a trusted node gets for one of another node. */
    public static final int TRUSTED_TIMES = 4;

    private static final double SECONDS_A_DAY = 86_400;
    private static final SuccessPlan SUCCESS = new SuccessPlan(ALPHA, POWER);

    public CanaryPlan {
        Require.atLeast("nodes", nodes, 1);
        Require.atLeast("nodes of a class", classNodes, 1);
        Require.atLeast("canaries per day", wantedPerDay, 1);
        if (classNodes > nodes) {
            throw new IllegalArgumentException("a class has more nodes than the fleet: " + classNodes);
        }
        if (trusted < 0 || trusted > nodes) {
            throw new IllegalArgumentException("trusted nodes must be 0 to all: " + trusted);
        }
        if (tokensPerDay.isPresent() && tokensPerDay.getAsLong() < 1) {
            throw new IllegalArgumentException("tokens per day must be at least 1: " + tokensPerDay.getAsLong());
        }
        var unused = new SpeedPlan(ALPHA, POWER, cv, rho);
    }

    /** A plan without trusted nodes. */
    public CanaryPlan(int nodes, int classNodes, int wantedPerDay, double cv, double rho, OptionalLong tokensPerDay) {
        this(nodes, classNodes, 0, wantedPerDay, cv, rho, tokensPerDay);
    }

    /** How many nodes a finding speaks of. */
    public enum Level {
        NODE,
        CLASS,
        FLEET
    }

    /** A fall of the share of successes that the plan is judged by. */
    public enum Drop {
        ONE_POINT("1 point", 0.995, 0.985),
        FOUR_POINTS("4 points", 0.99, 0.95),
        NINE_POINTS("9 points", 0.99, 0.90),
        TEN_POINTS("10 points", 0.99, 0.89);

        private final String label;
        private final double before;
        private final double after;

        Drop(String label, double before, double after) {
            this.label = label;
            this.before = before;
            this.after = after;
        }

        public String label() {
            return label;
        }

        public double before() {
            return before;
        }

        public double after() {
            return after;
        }
    }

    /**
     * What can be seen, and how long after the drop.
     *
     * @param samples canaries that a test of fixed size needs
     * @param failures how many of them must fail; 0 for speed
     * @param time until that many were asked
     * @param sequential mean time of the test that looks after every canary: Wald's for success, CUSUM for speed
     */
    public record Detection(Level level, int samples, int failures, Duration time, Duration sequential) {
        public boolean within(Duration promise) {
            return time.compareTo(promise) <= 0;
        }
    }

    /** Canaries for each node and day that the tokens allow: {@link #wantedPerDay} or fewer. */
    public double perDay() {
        return Math.min(wantedPerDay, allowed());
    }

    /** Whether the tokens do not pay for what is wanted. */
    public boolean cutByTokens() {
        return allowed() < wantedPerDay;
    }

    /** Canaries of {@code kind} for each node and day that is not trusted. */
    public double perDay(CanaryKind kind) {
        return perDay() * CanaryShare.of(kind);
    }

    /** Canaries of {@code kind} for all nodes and a day. */
    public double fleetPerDay(CanaryKind kind) {
        return perDay(kind) * counted(kind);
    }

    /** Nodes, the trusted ones as many as their canaries of {@code kind} are worth. */
    private double counted(CanaryKind kind) {
        return nodes + (kind == CanaryKind.IDENTITY ? (TRUSTED_TIMES - 1.0) * trusted : 0);
    }

    /** Tokens that all nodes' canaries of {@code kind} cost in a day. */
    public double tokens(CanaryKind kind) {
        return fleetPerDay(kind) * kind.cost();
    }

    /** A drop of decode speed of {@link #SPEED_DROP} at one node; only rate canaries have a speed. */
    public Detection speed() {
        SpeedPlan plan = new SpeedPlan(ALPHA, POWER, cv, rho);
        double perDay = perDay(CanaryKind.RATE);
        int samples = plan.samples(SPEED_DROP);
        double delay = plan.cusum(SPEED_DROP, BETWEEN).runLength(plan.shift(SPEED_DROP));
        return new Detection(
                Level.NODE, samples, 0, days(samples / perDay), days(delay * SpeedPlan.inflation(rho) / perDay));
    }

    /** A fall of the share of successes at a node, a class and the fleet; canaries of every kind count. */
    public List<Detection> success(Drop drop) {
        SuccessPlan.Test test = SUCCESS.test(drop.before(), drop.after());
        double sequential = SUCCESS.sequentialMean(drop.before(), drop.after());
        List<Detection> found = new ArrayList<>();
        for (Level level : Level.values()) {
            // Correlation is that of one node's samples; counted at every level it errs to the slow side.
            double perDay = SpeedPlan.effective(perDay() * nodesOf(level), rho);
            found.add(new Detection(
                    level, test.samples(), test.failures(), days(test.samples() / perDay), days(sequential / perDay)));
        }
        return found;
    }

    /** Canaries for each node and day that would show {@code found} within {@code promise}. */
    public double perDayFor(Detection found, Duration promise) {
        return perDay() * found.time().toSeconds() / promise.toSeconds();
    }

    /** False alarms a day when every node is tested for {@code found} anew as soon as its samples are in. */
    public double falseAlarmsPerDay(Detection found) {
        return ALPHA * nodes * SECONDS_A_DAY / found.time().toSeconds();
    }

    /** False alarms a day of the nodes' speed charts together. */
    public double falseSpeedAlarmsPerDay() {
        return perDay(CanaryKind.RATE) * nodes / BETWEEN;
    }

    public int nodesOf(Level level) {
        return switch (level) {
            case NODE -> 1;
            case CLASS -> classNodes;
            case FLEET -> nodes;
        };
    }

    private double allowed() {
        if (tokensPerDay.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double each = 0;
        for (CanaryKind kind : CanaryKind.values()) {
            each += CanaryShare.of(kind) * counted(kind) * kind.cost();
        }
        return tokensPerDay.getAsLong() / each;
    }

    private static Duration days(double days) {
        return Duration.ofSeconds(Math.round(days * SECONDS_A_DAY));
    }
}
