package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long something that should be posted waits, as far as we have looked. Not the age of what was posted last: after a night without
 * any work that age says nothing.
 *
 * @param newest timestamp of what was posted last, seconds since 1970; 0 before the first
 * @param since since when there is more to post; null when there is not
 */
public record PostingWait(double newest, @Nullable Instant since) {
    static final PostingWait NONE = new PostingWait(0, null);

    /**
     * After a look at {@code at}.
     *
     * @param posted timestamp of the newest that was seen; NaN when none was in sight
     * @param work timestamp of the newest that there is to post
     */
    PostingWait step(double posted, double work, Instant at) {
        boolean more = posted > newest;
        double last = more ? posted : newest;
        Instant waits = more || since == null ? at : since;
        return new PostingWait(last, work > last ? waits : null);
    }

    /** Seconds that it has waited at {@code at}; 0 when there is nothing to post. */
    @JsonIgnore
    double seconds(Instant at) {
        return since == null ? 0 : Math.max(0, Duration.between(since, at).toMillis() / 1e3);
    }
}
