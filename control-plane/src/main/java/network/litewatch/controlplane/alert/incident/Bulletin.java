package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import org.jspecify.annotations.Nullable;

/**
 * What another system is told of an incident. Texts of alerts may come from strangers.
 *
 * @param severity the worst of what fires, or fired
 * @param ackedBy who has taken it; null while nobody has
 * @param alerts those that fire first, at most {@value #MOST}; never empty
 * @param truncated how many more there are
 */
public record Bulletin(
        java.util.UUID incident,
        GroupKey group,
        String severity,
        Status status,
        Instant openedAt,
        @Nullable String ackedBy,
        List<Alert> alerts,
        int truncated) {
    static final int MOST = 100;

    public Bulletin {
        alerts = List.copyOf(alerts);
        if (alerts.isEmpty()) {
            throw new IllegalArgumentException("a bulletin speaks of an alert");
        }
    }

    /** How an incident stands. */
    public enum Status {
        FIRING,
        ACKNOWLEDGED,
        RESOLVED
    }

    /** The alert that it is named after. */
    public Alert first() {
        return alerts.get(0);
    }

    /** Whether {@code other} speaks of the same alerts in the same states. */
    boolean hasAlertsOf(Bulletin other) {
        return truncated == other.truncated && lives(alerts).equals(lives(other.alerts));
    }

    private static String lives(List<Alert> alerts) {
        return alerts.stream()
                .map(alert -> alert.fingerprint() + "@" + alert.startsAt() + alert.state())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** This one, over since {@code at}: whatever it says that fires ended then at the latest. */
    public Bulletin resolved(Instant at) {
        List<Alert> ended = alerts.stream()
                .map(alert -> alert.state() == Alert.State.RESOLVED ? alert : alert.resolved(at, alert.now()))
                .toList();
        return new Bulletin(incident, group, severity, Status.RESOLVED, openedAt, ackedBy, ended, truncated);
    }
}
