package network.litewatch.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What one run saw, from where and when. A failed run is data, never an exception.
 *
 * @param slot the instant the run was meant to start; with probe, target and vantage it identifies the observation
 * @param startedAt when it did start; never before {@code slot}
 * @param elapsed from {@code slot}, not from {@code startedAt}, to the end: what a caller who wanted the answer at the
 *     slot would have waited, so that a late prober cannot hide a stall (coordinated omission)
 */
public record Observation(
        ProbeId probe,
        TargetId target,
        TargetKind kind,
        NetworkId network,
        Vantage vantage,
        Map<String, String> labels,
        Instant slot,
        Instant startedAt,
        Duration elapsed,
        Finding finding) {
    public Observation {
        labels = Map.copyOf(labels);
        if (elapsed.isNegative()) {
            throw new IllegalArgumentException("elapsed is negative: " + elapsed);
        }
    }

    public static Observation of(
            ProbeId probe,
            Target target,
            Vantage vantage,
            Instant slot,
            Instant startedAt,
            Instant end,
            Finding finding) {
        Instant notBefore = startedAt.isBefore(slot) ? slot : startedAt;
        Instant notEarlier = end.isBefore(notBefore) ? notBefore : end;
        return new Observation(
                probe,
                target.id(),
                target.kind(),
                target.network(),
                vantage,
                target.labels(),
                slot,
                notBefore,
                Duration.between(slot, notEarlier),
                finding);
    }

    public Outcome outcome() {
        return finding.outcome();
    }

    /** When the answer was complete: the time at which judgement may use it. */
    public Instant endedAt() {
        return slot.plus(elapsed);
    }

    /** How late the run started. */
    public Duration slip() {
        return Duration.between(slot, startedAt);
    }
}
