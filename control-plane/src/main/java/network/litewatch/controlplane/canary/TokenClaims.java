package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.drift.Require;

/**
 * Tokens that a node claims against those that we count in its answers: the last {@value #WINDOW}.
 *
 * <p>Nothing is learnt from the node itself, which could teach us its lie. Tokenizers count differently: what an honest node
 * of the class claims for a token that we count is an argument.
 *
 * @param claimed newest last
 * @param counted newest last, as many
 */
public record TokenClaims(List<Long> claimed, List<Long> counted) {
    static final int WINDOW = 20;
    static final int ENOUGH = 5;

    /** What a claim may differ by. */
    public static final double ALLOWANCE = 0.1;

    /** Before the first answer. */
    public static final TokenClaims NONE = new TokenClaims(List.of(), List.of());

    // One answer that was cut off on the way has few tokens and all of its claim: it must not make a liar.
    private static final int LEAST_ANSWERS = 3;
    private static final long MOST = 1_000_000_000;

    public TokenClaims {
        claimed = List.copyOf(claimed);
        counted = List.copyOf(counted);
    }

    /** What claims say. */
    public enum Verdict {
        /** Too few answers. */
        UNKNOWN,
        HONEST,
        /** More than was delivered: who pays by the token pays too much. */
        OVER,
        UNDER
    }

    /** The claims after an answer; without a token counted, or with a negative claim, there is nothing to compare. */
    public TokenClaims after(long claim, long count) {
        if (count < 1 || claim < 0) {
            return this;
        }
        return new TokenClaims(with(claimed, Math.min(claim, MOST)), with(counted, Math.min(count, MOST)));
    }

    public int samples() {
        return counted.size();
    }

    /** Tokens claimed over tokens counted; 1 without answers. */
    public double ratio() {
        return counted.isEmpty() ? 1 : (double) sum(claimed) / sum(counted);
    }

    /**
     * Whether they differ by more than {@link #ALLOWANCE}, all answers together and at least three by themselves, in the same
     * direction.
     *
     * @param honest what an honest node claims for a token that we count: 1 for our tokenizer
     */
    public Verdict verdict(double honest) {
        Require.inside("honest ratio", honest, 0, 100);
        if (samples() < ENOUGH) {
            return Verdict.UNKNOWN;
        }
        double high = honest * (1 + ALLOWANCE);
        double low = honest / (1 + ALLOWANCE);
        int over = 0;
        int under = 0;
        for (int i = 0; i < samples(); i++) {
            double one = (double) claimed.get(i) / counted.get(i);
            over += one > high ? 1 : 0;
            under += one < low ? 1 : 0;
        }
        double all = ratio();
        return all > high && over >= LEAST_ANSWERS
                ? Verdict.OVER
                : all < low && under >= LEAST_ANSWERS ? Verdict.UNDER : Verdict.HONEST;
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(value -> value).sum();
    }

    private static List<Long> with(List<Long> values, long newest) {
        List<Long> next = new ArrayList<>(values);
        next.add(newest);
        if (next.size() > WINDOW) {
            next.remove(0);
        }
        return next;
    }
}
