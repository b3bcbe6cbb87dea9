package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.drift.Ratio;
import org.jspecify.annotations.Nullable;

/**
 * What the chain counts of a node, beside what we counted in the same time. Compared is by how much both grew since a mark, at most a day
 * ago. A count that falls is a reset, as between phases, and no error: marks of before it are forgotten.
 *
 * @param marks both counts as they were, oldest first, an hour and more apart
 * @param last both counts as they are; null before the first reading
 * @param resetAt when a count of the chain last fell; null when none has
 */
public record OnChain(
        List<Mark> marks, @Nullable Mark last, @Nullable Instant resetAt) {
    static final OnChain NONE = new OnChain(List.of(), null, null);

    static final Duration WINDOW = Duration.ofHours(24);
    static final Duration APART = Duration.ofHours(1);

    /**
     * Counts at one moment.
     *
     * @param tasks that the chain counts of the node
     * @param successes of these
     * @param answered canaries of ours that were answered
     * @param failed canaries of ours that the node is charged with
     */
    public record Mark(Instant at, long tasks, long successes, long answered, long failed) {
        private boolean chainFell(Mark next) {
            return next.tasks < tasks || next.successes < successes;
        }

        /** As when checkpoints are gone. */
        private boolean ownFell(Mark next) {
            return next.answered < answered || next.failed < failed;
        }
    }

    public OnChain {
        marks = List.copyOf(marks);
    }

    /** After a reading. */
    OnChain step(Mark seen) {
        boolean reset = last != null && last.chainFell(seen);
        if (last == null || reset || last.ownFell(seen)) {
            return new OnChain(List.of(seen), seen, reset ? seen.at() : resetAt);
        }
        List<Mark> next = new ArrayList<>(marks);
        while (next.size() > 1 && next.get(0).at().isBefore(seen.at().minus(WINDOW))) {
            next.remove(0);
        }
        if (!seen.at().isBefore(next.get(next.size() - 1).at().plus(APART))) {
            next.add(seen);
        }
        return new OnChain(next, seen, resetAt);
    }

    /** Adds how both grew, and by how much at least their shares of successes differ. */
    @JsonIgnore
    void addTo(Map<Signal, Double> signals) {
        Mark now = last;
        if (now == null || marks.isEmpty()) {
            return;
        }
        Mark from = marks.get(0);
        long tasks = now.tasks() - from.tasks();
        long successes = now.successes() - from.successes();
        long answered = now.answered() - from.answered();
        long asked = answered + now.failed() - from.failed();
        signals.put(Signal.ONCHAIN_WINDOW_SECONDS, seconds(from.at(), now.at()));
        signals.put(Signal.ONCHAIN_WINDOW_TASKS, (double) tasks);
        signals.put(Signal.ONCHAIN_MEASURED_SAMPLES, (double) asked);
        if (resetAt != null) {
            signals.put(Signal.ONCHAIN_SINCE_RESET_SECONDS, seconds(resetAt, now.at()));
        }
        // Of both counts one may be late within a reading: what cannot be is not judged.
        Ratio chain = tasks > 0 && successes <= tasks ? Ratio.of(successes, tasks) : null;
        Ratio own = asked > 0 ? Ratio.of(answered, asked) : null;
        if (chain != null) {
            signals.put(Signal.ONCHAIN_SUCCESS_RATIO, chain.value());
            signals.put(Signal.ONCHAIN_SUCCESS_RATIO_LOW, chain.low());
            signals.put(Signal.ONCHAIN_SUCCESS_RATIO_HIGH, chain.high());
        }
        if (own != null) {
            signals.put(Signal.ONCHAIN_MEASURED_RATIO, own.value());
            signals.put(Signal.ONCHAIN_MEASURED_RATIO_LOW, own.low());
            signals.put(Signal.ONCHAIN_MEASURED_RATIO_HIGH, own.high());
        }
        if (chain != null && own != null) {
            signals.put(
                    Signal.ONCHAIN_SUCCESS_GAP,
                    Math.max(0, Math.max(chain.low() - own.high(), own.low() - chain.high())));
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
    }
}
