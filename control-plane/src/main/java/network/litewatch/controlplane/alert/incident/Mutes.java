package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;

/** What is not spoken of at one time, and why. */
public final class Mutes {
    private final List<Silence> silences;
    private final Instant now;

    /** By {@code silences}; those that have ended count for nothing. */
    public Mutes(List<Silence> silences, Instant now) {
        this.silences = silences.stream()
                .filter(silence -> silence.at(now) != Silence.State.EXPIRED)
                .toList();
        this.now = now;
    }

    /** {@code alert} with the reason why nothing is said of it, if there is one. */
    public Member of(Alert alert) {
        return new Member(alert, silencing(alert).stream().findFirst().map(Silence::reason));
    }

    /** Silences that mute {@code alert}, those that last longest first. */
    public List<Silence> silencing(Alert alert) {
        return silences.stream()
                .filter(silence -> silence.at(now) == Silence.State.ACTIVE && silence.matches(alert.labels()))
                .sorted(Comparator.comparing(Silence::endsAt).reversed())
                .toList();
    }

    /** When the next silence begins or ends that may change what is said of {@code alerts}. */
    public Optional<Instant> nextChange(List<Alert> alerts) {
        return silences.stream()
                .filter(silence -> alerts.stream().anyMatch(alert -> silence.matches(alert.labels())))
                .flatMap(silence -> Stream.of(silence.startsAt(), silence.endsAt()))
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder());
    }
}
