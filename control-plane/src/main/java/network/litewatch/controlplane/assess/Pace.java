package network.litewatch.controlplane.assess;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often a series is asked, by the slots of its first runs. One gap says little: the first may be as long as a stop or an upgrade
 * took. The shortest of {@value #LEARNT} is what is believed; one that is too short costs a little time until an alarm, one that is
 * too long false alarms for ever.
 *
 * @param gaps seen so far, at most {@value #LEARNT}
 * @param shortest of them; null before the first
 */
public record Pace(int gaps, @Nullable Duration shortest) {
    static final int LEARNT = 5;
    static final Pace UNKNOWN = new Pace(0, null);

    /** After a run whose slot is so much after that of the run before; nothing is learnt once it is known. */
    Pace after(Duration gap) {
        if (known()) {
            return this;
        }
        return new Pace(gaps + 1, shortest == null || gap.compareTo(shortest) < 0 ? gap : shortest);
    }

    boolean known() {
        return gaps >= LEARNT;
    }
}
