package network.litewatch.controlplane.alert.incident;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import org.jspecify.annotations.Nullable;

/**
 * An alert that another system sends, as Prometheus sends them: again and again while it fires, and once or more when it has ended.
 *
 * @param labels what tells it apart; {@code alertname} among them
 * @param startsAt when it began
 * @param endsAt when it ended, or will have if nobody sends it again
 */
public record ExternalAlert(
        Map<String, String> labels, Map<String, String> annotations, Instant startsAt, Instant endsAt) {
    private static final String ENDED = "it was sent as ended";
    private static final int MOST = 64;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_VALUE = 4_000;

    /** Throws {@link IllegalArgumentException} that says what is wrong. */
    public ExternalAlert {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        if (labels.getOrDefault("alertname", "").isBlank()) {
            throw new IllegalArgumentException("an alert needs the label alertname");
        }
        check("labels", labels);
        check("annotations", annotations);
        if (endsAt.isAfter(LATEST)) {
            throw new IllegalArgumentException("an alert must end before the year 10000");
        }
        if (endsAt.isBefore(startsAt)) {
            throw new IllegalArgumentException("an alert must not end before it starts");
        }
    }

    private static void check(String what, Map<String, String> texts) {
        if (texts.size() > MOST) {
            throw new IllegalArgumentException("an alert may have at most " + MOST + " " + what);
        }
        texts.forEach((name, value) -> {
            if (name.isBlank() || name.length() > LONGEST_NAME || value.length() > LONGEST_VALUE) {
                throw new IllegalArgumentException("names of " + what + " must have 1 to " + LONGEST_NAME
                        + " characters, values at most " + LONGEST_VALUE);
            }
            if (name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
                throw new IllegalArgumentException(what + " must have no U+0000");
            }
        });
    }

    /** Of the labels, however they are ordered; never that of an alert of our own. */
    public String fingerprint() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(labels)
                .forEach((name, value) -> text.append(name.length())
                        .append(':')
                        .append(name)
                        .append(value.length())
                        .append(':')
                        .append(value));
        return "x-"
                + Hashing.sha256()
                        .hashString(text, StandardCharsets.UTF_8)
                        .toString()
                        .substring(0, 16);
    }

    /**
     * What it makes of the alert as it was; empty when it says nothing new. A life that is older than the one that is known
     * changes nothing, so that what comes late or twice does no harm.
     */
    public Optional<Alert> after(@Nullable Alert before, Instant now) {
        boolean fires = endsAt.isAfter(now);
        if (before == null) {
            return fires ? Optional.of(alert(startsAt, now, now)) : Optional.empty();
        }
        if (before.state() == Alert.State.FIRING) {
            if (fires) {
                return Optional.of(alert(before.startsAt(), before.firedAt(), now));
            }
            return startsAt.isBefore(before.startsAt())
                    ? Optional.empty()
                    : Optional.of(before.resolved(endsAt, List.of(ENDED)));
        }
        boolean over = before.now().contains(ENDED) && !startsAt.isAfter(before.startsAt());
        return fires && !over ? Optional.of(alert(startsAt, now, now)) : Optional.empty();
    }

    /** Which turn {@code after} is for whoever is told, if it is one. */
    public static Optional<Transition> turn(@Nullable Alert before, Alert after) {
        boolean fired = before != null && before.state() == Alert.State.FIRING;
        boolean fires = after.state() == Alert.State.FIRING;
        return fired == fires
                ? Optional.empty()
                : Optional.of(new Transition(fires ? Transition.Kind.FIRED : Transition.Kind.RESOLVED, after));
    }

    private Alert alert(Instant since, @Nullable Instant firedAt, Instant now) {
        Map<String, String> all = new TreeMap<>(labels);
        all.putIfAbsent("kind", "external");
        all.putIfAbsent("target", labels.getOrDefault("instance", ""));
        return new Alert(
                fingerprint(),
                labels.getOrDefault("alertname", ""),
                Alert.State.FIRING,
                all,
                annotations,
                since,
                firedAt,
                now,
                null,
                now,
                List.of(),
                List.of());
    }
}
