package network.litewatch.controlplane.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/**
 * How one plan's last runs change its pace: a target that throttles us is left alone for longer and longer, one that has just
 * begun to fail is asked again sooner. A value; each run gives the next.
 *
 * @param refusals runs in a row that were refused for a limit or a bill
 * @param quietUntil no slot before this is asked
 * @param failures runs in a row that failed
 */
record Pacing(int refusals, Instant quietUntil, int failures) {
    static final Pacing NORMAL = new Pacing(0, Instant.MIN, 0);

    /** The longest that a target which throttles us is left alone. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    // A loss is told from an outage by runs that lie apart: a restart or a lost packet must not take three of them.
    private static final Duration SOONEST = Duration.ofSeconds(5);
    private static final int RECHECKS = 3;
    private static final int PARTS = 4;
    private static final int MAX_DOUBLINGS = 16;

    /** The longest that a target's own Retry-After is heeded: one that says a year must not be lost sight of. */
    static final Duration LONGEST_WISH = Duration.ofHours(1);

    /** After a run of the slot {@code slot} that found this. What was not run changes nothing. */
    Pacing after(Finding finding, Instant slot, Duration interval) {
        Outcome outcome = finding.outcome();
        if (outcome.kind() == Outcome.Kind.NOT_RUN) {
            return this;
        }
        if (outcome.reason() == Reason.RATE_LIMITED || outcome.reason() == Reason.BILLING) {
            // One, two, four ... intervals in which nothing is asked; a bill is not paid by asking either.
            Duration pause = interval.multipliedBy(1L << Math.min(refusals, MAX_DOUBLINGS));
            Duration bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
            Duration wished = wished(finding);
            Duration longer = wished.compareTo(bounded) > 0 ? wished : bounded;
            return new Pacing(refusals + 1, slot.plus(longer).plus(interval.dividedBy(2)), 0);
        }
        boolean failed = outcome.kind() == Outcome.Kind.FAILED;
        return new Pacing(0, Instant.MIN, failed ? failures + 1 : 0);
    }

    private static Duration wished(Finding finding) {
        double seconds = finding.measurements().getOrDefault(Measurement.RETRY_AFTER, 0.0);
        return Duration.ofMillis((long) (Math.min(seconds, (double) LONGEST_WISH.toSeconds()) * 1_000));
    }

    /** Why {@code slot} is not asked; empty when it is. */
    Optional<Outcome> pause(Instant slot) {
        return slot.isBefore(quietUntil)
                ? Optional.of(Outcome.notRun(
                        Reason.BACKING_OFF, "left alone after " + refusals + " refusals for a limit or a bill"))
                : Optional.empty();
    }

    /**
     * How long after its end a failed run is repeated outside of the plan's slots; empty when it is not.
     *
     * @param overran whether the run took the plan's next slot: where a run may take as long as the interval, a target that says nothing
     *     would else be asked half as often as one that answers
     */
    Optional<Duration> recheckAfter(Duration interval, boolean overran) {
        if (failures == 0 || failures > RECHECKS) {
            return Optional.empty();
        }
        if (overran) {
            return Optional.of(Duration.ZERO);
        }
        Duration part = interval.dividedBy(PARTS);
        Duration after = part.compareTo(SOONEST) < 0 ? SOONEST : part;
        // A plan that comes round in twice that or less gains nothing by extra runs.
        return after.multipliedBy(2).compareTo(interval) < 0 ? Optional.of(after) : Optional.empty();
    }
}
