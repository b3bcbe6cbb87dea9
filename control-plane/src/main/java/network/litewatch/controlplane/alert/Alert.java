package network.litewatch.controlplane.alert;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One life of one alert: from the first breach to the end.
 *
 * <pre>
 *            breach                held for `for`             gone for `keep_firing_for`
 *   (none) ---------> PENDING --------------------> FIRING ------------------------------> RESOLVED
 *                        |  gone: (none)
 * </pre>
 *
 * A missing signal moves nothing where the condition hangs on it, but where the rule says otherwise ({@link NoData}). An alert that breaches again after RESOLVED is a new life with a new {@code startsAt}.
 *
 * @param fingerprint hash of the labels, the same in every life
 * @param labels alertname, severity, target and what else tells alerts apart
 * @param annotations rendered texts: summary, description, runbook
 * @param startsAt first breach of this life
 * @param firedAt when it fired; null while pending
 * @param breachedAt latest breach
 * @param resolvedAt when it resolved; null before
 * @param reason every compared signal against its threshold, at the latest breach
 * @param now the same at the latest evaluation
 */
public record Alert(
        String fingerprint,
        String rule,
        State state,
        Map<String, String> labels,
        Map<String, String> annotations,
        Instant startsAt,
        @Nullable Instant firedAt,
        Instant breachedAt,
        @Nullable Instant resolvedAt,
        Instant evaluatedAt,
        List<String> reason,
        List<String> now) {

    public Alert {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        reason = List.copyOf(reason);
        now = List.copyOf(now);
    }

    /** Where a life stands; no life at all is "inactive". */
    public enum State {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("firing")
        FIRING,
        @JsonProperty("resolved")
        RESOLVED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The state after a breach at {@code at}. */
    Alert breached(Instant at, Duration holdFor, List<String> values, Map<String, String> texts) {
        boolean fires = state == State.PENDING && !at.isBefore(startsAt.plus(holdFor));
        return new Alert(
                fingerprint,
                rule,
                fires ? State.FIRING : state,
                labels,
                texts,
                startsAt,
                fires ? at : firedAt,
                at,
                resolvedAt,
                at,
                values,
                values);
    }

    /** The state after a firing alert's condition was seen gone at {@code at}. */
    Alert calm(Instant at, Duration keepFiringFor, List<String> values) {
        boolean ends = !at.isBefore(breachedAt.plus(keepFiringFor));
        return ends ? resolved(at, values) : with(State.FIRING, null, at, values);
    }

    /** The end of this life, with {@code values} as the last word. */
    public Alert resolved(Instant at, List<String> values) {
        return with(State.RESOLVED, at, at, values);
    }

    private Alert with(State next, @Nullable Instant end, Instant at, List<String> values) {
        return new Alert(
                fingerprint, rule, next, labels, annotations, startsAt, firedAt, breachedAt, end, at, reason, values);
    }
}
