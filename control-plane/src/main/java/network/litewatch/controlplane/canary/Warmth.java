package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import network.litewatch.controlplane.drift.Require;
import network.litewatch.controlplane.drift.Share;

/**
 * Whether a node had its model loaded when it was asked, told from the time to its first token. Warm and cold times are two
 * series that are never mixed.
 *
 * <p>Two canaries back to back tell for certain: the second finds the model loaded by the first, and where the first took more
 * than {@value #PAIR} times as long, that was the loading. A single one is cold when it took more than {@value #BEYOND} times
 * the 99th percentile of the warm ones and decoded at its usual speed; one that is late <em>and</em> slow was busy, and is
 * called neither. The percentile is that of a log-normal with the mean and spread of the warm times, each with the weight of at
 * most the last {@value #MEMORY}.
 *
 * <p>Before {@value #ENOUGH} warm times are known singles wait: as soon as {@value #SORT} have come they are sorted at their
 * widest gap if that is a factor of {@value #PAIR} or more, and are otherwise all warm, unless they are far above what the class
 * takes. So a node that was never seen warm, neither by a pair nor by its class, is taken for a slow warm one.
 *
 * @param warm times with the model loaded
 * @param cold times with its loading
 * @param verdicts newest last: w, c or ? for each of the last {@value #WINDOW} canaries
 * @param waiting natural logarithms of times that are not sorted yet
 */
public record Warmth(Times warm, Times cold, String verdicts, List<Double> waiting) {
    static final int WINDOW = 96;
    static final int ENOUGH = 8;
    static final int SORT = 16;
    static final int MEMORY = 200;
    static final int ENOUGH_TO_ACCUSE = 24;
    static final int PAIR = 3;
    static final int BEYOND = 3;

    /** Before the first canary. */
    public static final Warmth NONE = new Warmth(Times.NONE, Times.NONE, "", List.of());

    public Warmth {
        waiting = List.copyOf(waiting);
    }

    /** What one canary found. */
    public enum State {
        WARM('w'),
        COLD('c'),
        /** Not enough is known yet, or it was late and slow: busy rather than loading. */
        UNKNOWN('?');

        private final char letter;

        State(char letter) {
            this.letter = letter;
        }
    }

    /**
     * Times of one kind, as their logarithms' mean and variance.
     *
     * @param samples how many came in
     * @param mean of the natural logarithm of seconds
     * @param variance of the same
     */
    public record Times(long samples, double mean, double variance) {
        static final Times NONE = new Times(0, 0, 0);

        // A node is not known to the millisecond: a tenth is the least that warm times may scatter by.
        private static final double LEAST_SPREAD = 0.1;
        private static final double P99 = 2.326;
        private static final double CUT = 3;

        Times after(double logarithm) {
            if (samples == 0) {
                return new Times(1, logarithm, LEAST_SPREAD * LEAST_SPREAD);
            }
            double weight = 1.0 / (Math.min(samples, MEMORY) + 1);
            double most = CUT * spread();
            // One stall must not widen what counts as warm for weeks.
            double error = samples < ENOUGH ? logarithm - mean : Math.max(-most, Math.min(most, logarithm - mean));
            return new Times(samples + 1, mean + weight * error, (1 - weight) * (variance + weight * error * error));
        }

        double spread() {
            return Math.max(LEAST_SPREAD, Math.sqrt(variance));
        }

        double p99() {
            return mean + P99 * spread();
        }

        /** Seconds that half of them stay below; empty without any. */
        public OptionalDouble median() {
            return samples == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.exp(mean));
        }
    }

    /**
     * After a canary by itself.
     *
     * @param firstToken seconds from sending to the first token
     * @param usualSpeed whether it then decoded at the node's usual speed
     * @param ofClass seconds that warm nodes of the class take; NaN when unknown
     */
    public Warmth after(double firstToken, boolean usualSpeed, double ofClass) {
        double logarithm = logarithm(firstToken);
        if (warm.samples() >= ENOUGH) {
            boolean late = logarithm > warm.p99() + Math.log(BEYOND);
            return late && !usualSpeed ? say(State.UNKNOWN) : learn(late ? State.COLD : State.WARM, logarithm);
        }
        if (!usualSpeed) {
            return say(State.UNKNOWN);
        }
        List<Double> next = new ArrayList<>(waiting);
        next.add(logarithm);
        Warmth waited = new Warmth(warm, cold, said(State.UNKNOWN), next);
        return next.size() < SORT ? waited : waited.sorted(ofClass);
    }

    /**
     * After two canaries back to back.
     *
     * @param first seconds to the first token of the first
     * @param second of the second, sent as soon as the first was answered
     */
    public Warmth afterPair(double first, double second) {
        double one = logarithm(first);
        double other = logarithm(second);
        boolean loaded = one - other > Math.log(PAIR);
        boolean dropped = other - one > Math.log(PAIR);
        // A second that took much longer found the model gone, or the node busy: it says nothing of the first either.
        if (dropped) {
            return say(State.UNKNOWN);
        }
        Warmth learnt = learn(loaded ? State.COLD : State.WARM, one);
        // The second is no sample of how often users find the model loaded: it always does.
        return new Warmth(learnt.warm.after(other), learnt.cold, learnt.verdicts, learnt.waiting);
    }

    /** What the newest canary found. */
    public State newest() {
        if (!verdicts.isEmpty()) {
            char last = verdicts.charAt(verdicts.length() - 1);
            for (State state : State.values()) {
                if (state.letter == last) {
                    return state;
                }
            }
        }
        return State.UNKNOWN;
    }

    /** Cold ones among the last {@value #WINDOW} canaries of which one can tell. */
    public Share coldShare() {
        int colds = count(State.COLD);
        return Share.of(colds, colds + count(State.WARM));
    }

    /** Whether more than {@code share} of its canaries are cold, by the whole interval, of {@value #ENOUGH_TO_ACCUSE} or more. */
    public boolean coldMoreOftenThan(double share) {
        Share seen = coldShare();
        return seen.samples() >= ENOUGH_TO_ACCUSE && seen.low() > share;
    }

    private int count(State state) {
        return (int) verdicts.chars().filter(letter -> letter == state.letter).count();
    }

    private Warmth learn(State state, double logarithm) {
        return new Warmth(
                state == State.WARM ? warm.after(logarithm) : warm,
                state == State.COLD ? cold.after(logarithm) : cold,
                said(state),
                // Once warm is known there is nothing left to wait for.
                warm.samples() + 1 >= ENOUGH ? List.of() : waiting);
    }

    private Warmth say(State state) {
        return new Warmth(warm, cold, said(state), waiting);
    }

    private String said(State state) {
        String all = verdicts + state.letter;
        return all.substring(Math.max(0, all.length() - WINDOW));
    }

    private Warmth sorted(double ofClass) {
        List<Double> times = new ArrayList<>(waiting);
        Collections.sort(times);
        int split = times.size();
        double widest = Math.log(PAIR);
        // A few must lie below the gap: warm is what most nodes are most of the time.
        for (int i = 2; i < times.size(); i++) {
            if (times.get(i) - times.get(i - 1) > widest) {
                widest = times.get(i) - times.get(i - 1);
                split = i;
            }
        }
        double lowest = times.get(split / 2);
        if (ofClass > 0 && lowest > Math.log(ofClass) + Math.log(BEYOND)) {
            return new Warmth(warm, cold, verdicts, waiting.subList(1, waiting.size()));
        }
        Times nextWarm = warm;
        Times nextCold = cold;
        for (int i = 0; i < times.size(); i++) {
            nextWarm = i < split ? nextWarm.after(times.get(i)) : nextWarm;
            nextCold = i < split ? nextCold : nextCold.after(times.get(i));
        }
        return new Warmth(nextWarm, nextCold, verdicts, List.of());
    }

    private static double logarithm(double seconds) {
        return Math.log(Require.inside("seconds to the first token", seconds, 0, 1e6));
    }
}
