package network.litewatch.controlplane.slo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;

/**
 * A promise.
 *
 * @param name unique over all SLOs
 * @param title for people
 * @param service that it is about
 * @param origin where the objective comes from
 * @param target share that is promised to be good, a half to less than 1
 * @param window rolling, over which it is promised; 7 to 90 days
 */
public record Slo(
        String name,
        String title,
        String service,
        String origin,
        Sli sli,
        Budgeting budgeting,
        double target,
        Duration window) {
    /** The longest window that an SLO may have. */
    public static final Duration LONGEST = Duration.ofDays(90);

    private static final Duration SHORTEST = Duration.ofDays(7);
    private static final double LEAST_TARGET = 0.5;

    public Slo {
        requireTarget(target);
        requireWindow(window);
    }

    /** {@code target} if an SLO may have it; {@link IllegalArgumentException} says which may. */
    public static double requireTarget(double target) {
        // Written so that what is no number is refused as well.
        if (target >= LEAST_TARGET && target < 1) {
            return target;
        }
        throw new IllegalArgumentException("must be a share of 0.5 to less than 1, as 0.99: " + target);
    }

    /** {@code window} if an SLO may have it; {@link IllegalArgumentException} says which may. */
    public static Duration requireWindow(Duration window) {
        if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must be 7d to 90d");
        }
        return window;
    }

    /** The share that may be bad. */
    public double budget() {
        return 1 - target;
    }

    /**
     * Under which counts are kept besides the name: what counts, and how. With another indicator an SLO starts anew; with another
     * objective it goes on, for the counts are the same.
     */
    public String definition() {
        CRC32 crc = new CRC32();
        crc.update((sli + " " + budgeting).getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
