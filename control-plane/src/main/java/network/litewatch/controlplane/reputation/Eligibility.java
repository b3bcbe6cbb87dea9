package network.litewatch.controlplane.reputation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import network.litewatch.probe.TargetId;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node is eligible for rewards, as far as is known, and why. What is not known is not refused. Pure.
 *
 * @param answer no when any check says no; else unknown when any is; else yes
 */
public record Eligibility(TargetId node, String network, Answer answer, List<Check> checks) {
    /** What can be said. */
    public enum Answer {
        YES,
        NO,
        UNKNOWN;

        /** Lower-case name, as answers spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One condition. */
    public record Check(String name, Answer answer, String why) {}

    /**
     * What is asked of a node.
     *
     * @param stake whole COR
     * @param precommit least share of network tasks
     * @param activity least share of canaries, those charged to others aside
     * @param telemetry networks in which the node must be seen
     * @param seenWithin how recently
     */
    public record Terms(double stake, double precommit, double activity, List<String> telemetry, Duration seenWithin) {
        /** What is public, and nothing more. */
        public static final Terms PUBLIC = new Terms(10_000, 0.6, 0, List.of(), Duration.ofDays(1));

        public Terms {
            telemetry = List.copyOf(telemetry);
        }
    }

    /**
     * What is known of a node.
     *
     * @param stake whole COR; empty while it was not read
     * @param score empty while nothing is counted
     * @param seen by network, when the node of this address was last seen there; null for one that was not, and no entry where none is
     *     configured
     * @param differences what the node claims and we measure otherwise; null while nothing was compared
     * @param suspicions what may be another model, or a store
     */
    public record Known(
            TargetId node,
            String network,
            OptionalDouble stake,
            Optional<Score> score,
            Map<String, Optional<Instant>> seen,
            @Nullable List<String> differences,
            List<String> suspicions) {}

    public Eligibility {
        checks = List.copyOf(checks);
    }

    /** Whether what is {@code known} fulfils {@code terms} at {@code now}. */
    public static Eligibility of(Known known, Terms terms, Instant now) {
        List<Check> checks = List.of(
                stake(known, terms),
                share("precommit", known, Component.PRECOMMITS, terms.precommit(), "network tasks precommitted"),
                share("activity", known, Component.AVAILABILITY, terms.activity(), "canaries answered"),
                telemetry(known, terms, now),
                claims(known));
        Answer answer = Answer.YES;
        for (Check check : checks) {
            if (check.answer() == Answer.NO || answer == Answer.YES) {
                answer = check.answer();
            }
        }
        return new Eligibility(known.node(), known.network(), answer, checks);
    }

    private static Check stake(Known known, Terms terms) {
        if (known.stake().isEmpty()) {
            return new Check(
                    "stake",
                    Answer.UNKNOWN,
                    "the stake was not read: no staker or staking pool is configured, or no answer came");
        }
        double stake = known.stake().getAsDouble();
        return new Check(
                "stake",
                stake >= terms.stake() ? Answer.YES : Answer.NO,
                String.format(Locale.ROOT, "%.2f COR staked, %.0f needed", stake, terms.stake()));
    }

    /** Only when the whole interval is on one side is there an answer. */
    private static Check share(String name, Known known, Component component, double least, String what) {
        Score.Part part = known.score()
                .flatMap(score -> score.parts().stream()
                        .filter(one -> one.component() == component)
                        .findFirst())
                .orElse(null);
        if (part == null || part.tally().pieces() == 0) {
            return new Check(name, Answer.UNKNOWN, "nothing is counted of it");
        }
        Interval interval = part.interval();
        Answer answer = interval.lower() >= least ? Answer.YES : interval.upper() < least ? Answer.NO : Answer.UNKNOWN;
        return new Check(
                name,
                answer,
                String.format(
                        Locale.ROOT,
                        "%.1f %% (%.1f to %.1f) of %s, %.0f %% needed",
                        100 * interval.point(),
                        100 * interval.lower(),
                        100 * interval.upper(),
                        what,
                        100 * least));
    }

    private static Check telemetry(Known known, Terms terms, Instant now) {
        List<String> missing = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (String network : terms.telemetry()) {
            Optional<Instant> seen = known.seen().get(network);
            if (seen == null) {
                missing.add(network);
            } else if (seen.isEmpty() || seen.get().isBefore(now.minus(terms.seenWithin()))) {
                silent.add(network);
            }
        }
        if (!silent.isEmpty()) {
            return new Check("telemetry", Answer.NO, "not seen lately in " + String.join(", ", silent));
        }
        return missing.isEmpty()
                ? new Check(
                        "telemetry",
                        Answer.YES,
                        terms.telemetry().isEmpty()
                                ? "none is needed"
                                : "seen in " + String.join(", ", terms.telemetry()))
                : new Check(
                        "telemetry",
                        Answer.UNKNOWN,
                        "no node of its address is configured in " + String.join(", ", missing));
    }

    private static Check claims(Known known) {
        List<String> differences = known.differences();
        if (differences == null) {
            return new Check("claims", Answer.UNKNOWN, "no claim was compared with a measurement yet");
        }
        if (!differences.isEmpty()) {
            return new Check("claims", Answer.NO, String.join("; ", differences));
        }
        return known.suspicions().isEmpty()
                ? new Check("claims", Answer.YES, "what it claims is what was measured")
                : new Check("claims", Answer.UNKNOWN, "suspect, not proven: " + String.join("; ", known.suspicions()));
    }
}
