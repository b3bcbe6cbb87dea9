package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;

/** What is not spoken of at one time, and why. */
public final class Mutes {
    // For how long what waits to fire may hide others before they are looked at again.
    private static final Duration PENDING = Duration.ofSeconds(5);

    private final List<Silence> silences;
    private final List<MaintenanceWindow> windows;
    private final Dependencies dependencies;
    private final Instant now;

    /** By {@code silences}; those that have ended count for nothing. */
    public Mutes(List<Silence> silences, Instant now) {
        this(silences, List.of(), Dependencies.NONE, now);
    }

    /** By {@code silences}, announced work, and what is down already. */
    public Mutes(List<Silence> silences, List<MaintenanceWindow> windows, Dependencies dependencies, Instant now) {
        this.silences = silences.stream()
                .filter(silence -> silence.at(now) != Silence.State.EXPIRED)
                .toList();
        this.windows = List.copyOf(windows);
        this.dependencies = dependencies;
        this.now = now;
    }

    /** {@code alert} with the reason why nothing is said of it, if there is one. */
    public Member of(Alert alert) {
        return new Member(
                alert,
                silencing(alert).stream()
                        .findFirst()
                        .map(Silence::reason)
                        .or(() -> open(alert).stream().findFirst().map(this::reason))
                        .or(() -> hiding(alert).map(Mutes::reason)));
    }

    /** Silences that mute {@code alert}, those that last longest first. */
    public List<Silence> silencing(Alert alert) {
        return silences.stream()
                .filter(silence -> silence.at(now) == Silence.State.ACTIVE && silence.matches(alert.labels()))
                .sorted(Comparator.comparing(Silence::endsAt).reversed())
                .toList();
    }

    /** Windows of announced work that mute {@code alert}. */
    public List<MaintenanceWindow> open(Alert alert) {
        return windows.stream()
                .filter(window ->
                        window.matches(alert.labels()) && window.openUntil(now).isPresent())
                .toList();
    }

    /** The alert of what {@code alert} depends on that hides it. */
    public Optional<Alert> hiding(Alert alert) {
        return dependencies.hiding(alert, now);
    }

    /** How many alerts that fire are hidden because one of {@code alerts} does. */
    public int hiddenBy(List<Alert> alerts) {
        return dependencies.hiddenBy(alerts, now);
    }

    /** When to look again at {@code alerts}, because a silence or a window begins or ends, or what hides one has not fired yet. */
    public Optional<Instant> nextChange(List<Alert> alerts) {
        Stream<Instant> silenced = silences.stream()
                .filter(silence -> alerts.stream().anyMatch(alert -> silence.matches(alert.labels())))
                .flatMap(silence -> Stream.of(silence.startsAt(), silence.endsAt()));
        Stream<Instant> announced = windows.stream()
                .filter(window -> alerts.stream().anyMatch(alert -> window.matches(alert.labels())))
                .flatMap(window -> window.nextChange(now).stream());
        Stream<Instant> waiting =
                alerts.stream().flatMap(alert -> hiding(alert).stream()).flatMap(down -> lookAgain(down).stream());
        return Stream.of(silenced, announced, waiting)
                .flatMap(times -> times)
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder());
    }

    private Optional<Instant> lookAgain(Alert down) {
        return switch (down.state()) {
            case PENDING -> Optional.of(now.plus(PENDING));
            case FIRING -> Optional.empty();
            case RESOLVED -> Optional.ofNullable(down.resolvedAt()).map(end -> end.plus(Dependencies.GRACE));
        };
    }

    private String reason(MaintenanceWindow window) {
        String until = window.openUntil(now).map(end -> " until " + end).orElse("");
        return "maintenance \"" + window.name() + "\"" + until + " (" + window.reason() + ")";
    }

    private static String reason(Alert down) {
        String what = down.rule() + " of " + down.labels().getOrDefault("target", "");
        return switch (down.state()) {
            case PENDING -> "it depends on what " + what + " is about to fire for";
            case FIRING -> "it depends on what " + what + " fires for";
            case RESOLVED -> "it depends on what " + what + " fired for until a moment ago";
        };
    }
}
