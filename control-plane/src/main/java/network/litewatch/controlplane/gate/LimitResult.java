package network.litewatch.controlplane.gate;

import java.util.Collection;
import java.util.Locale;

/**
 * A limit with what became of it.
 *
 * @param why it is inconclusive; else empty
 */
public record LimitResult(Limit limit, Measured measured, Verdict verdict, String why) {
    /** Not knowing is not passing. */
    public enum Verdict {
        PASSED,
        FAILED,
        INCONCLUSIVE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of a whole plan: failed when one is, passed when all are. */
    public static Verdict of(Collection<LimitResult> all) {
        if (all.stream().anyMatch(one -> one.verdict() == Verdict.FAILED)) {
            return Verdict.FAILED;
        }
        return !all.isEmpty() && all.stream().allMatch(one -> one.verdict() == Verdict.PASSED)
                ? Verdict.PASSED
                : Verdict.INCONCLUSIVE;
    }
}
