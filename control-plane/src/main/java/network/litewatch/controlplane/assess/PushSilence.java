package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long nothing new is pushed although the head rises. Counted from rise to rise: what happens on a chain where nothing happens is
 * not known, and one block that comes just when listening ends proves nothing.
 *
 * @param newest timestamp of the newest that was ever pushed, seconds since 1970; 0 before the first
 * @param since the first listening in which the head rose and nothing new came, since something last did; null when there is none
 * @param until the last such listening; null as {@code since}
 */
public record PushSilence(
        double newest, @Nullable Instant since, @Nullable Instant until) {
    static final PushSilence NONE = new PushSilence(0, null, null);

    /** After listening from {@code from} to {@code to}, with the newest that came (NaN for none) and how far the head rose. */
    PushSilence step(double pushed, double rise, Instant from, Instant to) {
        // What is still held is pushed again to whoever connects: only what is newer shows that it lives. A chain that
        // was
        // started afresh may begin earlier, and shows by being pushed at all.
        if (pushed > newest || pushed < newest) {
            return new PushSilence(pushed, null, null);
        }
        return rise > 0 ? new PushSilence(newest, since == null ? from : since, to) : this;
    }

    /** Seconds from the first rise to the last in which nothing new came; 0 when something did. */
    @JsonIgnore
    double seconds() {
        return since == null || until == null
                ? 0
                : Math.max(0, Duration.between(since, until).toMillis() / 1e3);
    }
}
