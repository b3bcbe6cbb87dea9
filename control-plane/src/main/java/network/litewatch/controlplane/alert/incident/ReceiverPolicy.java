package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import org.jspecify.annotations.Nullable;

/**
 * Decides what another system than Slack is told of an incident: by how things are, and by what it was told last. What ended is told as ended
 * when it has been quiet for a while, so that what flaps is one incident there as here. Drills are told to nobody.
 */
public final class ReceiverPolicy {
    private static final Duration AT_THE_LATEST = Duration.ofHours(1);

    private ReceiverPolicy() {}

    /**
     * What a system wants to hear of.
     *
     * @param severities incidents of which; what it was told of once it is told the end of
     * @param alerts whether it is told when only the alerts of an incident have changed
     * @param reminders whether it is told again, as people are, while something fires that nobody has taken
     */
    public record Subscription(Set<String> severities, boolean alerts, boolean reminders) {
        public Subscription {
            severities = Set.copyOf(severities);
        }

        /** Whether an incident of {@code alert} alone is told. */
        public boolean includes(Alert alert) {
            return GroupKey.of(alert).drill().isEmpty()
                    && severities.contains(alert.labels().getOrDefault("severity", ""));
        }
    }

    /**
     * What it was told last, or was to be told.
     *
     * @param bulletin null before the first
     */
    public record LastTold(@Nullable Bulletin bulletin, Instant at) {}

    /**
     * What follows.
     *
     * @param bulletin what to tell; empty when it knows what is
     * @param lookAgain when to decide again if nothing happens before
     */
    public record Step(Optional<Bulletin> bulletin, Instant lookAgain) {
        static Step nothing(Instant lookAgain) {
            return new Step(Optional.empty(), lookAgain);
        }
    }

    /** Decides; the same for the same arguments. */
    public static Step decide(Incident incident, Situation situation, Subscription wants, LastTold told) {
        Instant now = situation.now();
        Instant later = Stream.concat(
                        situation.mutesChange().stream(),
                        Optional.ofNullable(incident.ack()).stream().map(Incident.Ack::until))
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder())
                .filter(at -> at.isBefore(now.plus(AT_THE_LATEST)))
                .orElse(now.plus(AT_THE_LATEST));
        Bulletin last = told.bulletin();
        Optional<Bulletin> next =
                incident.group().drill().isPresent() ? Optional.empty() : bulletin(incident, situation, last == null);
        if (next.isEmpty()
                || (last == null && !wants.severities().contains(next.get().severity()))) {
            return Step.nothing(later);
        }
        Bulletin bulletin = next.get();
        boolean turned = last == null || last.status() != bulletin.status();
        boolean same = last != null && !turned && (!wants.alerts() || bulletin.hasAlertsOf(last));
        Instant notBefore = turned
                ? settled(bulletin, last, situation)
                : told.at()
                        .plus(
                                same
                                        ? situation.pace().remind(bulletin.severity())
                                        : situation.pace().edits());
        if (same && !(wants.reminders() && isOpen(bulletin, situation))) {
            return Step.nothing(later);
        }
        return now.isBefore(notBefore) ? Step.nothing(min(notBefore, later)) : new Step(next, later);
    }

    /** Whether it waits for somebody: it fires, nobody has taken it, and it is not all muted. */
    private static boolean isOpen(Bulletin bulletin, Situation situation) {
        return bulletin.status() == Bulletin.Status.FIRING
                && situation.members().stream().anyMatch(member -> member.isFiring() && member.isHeard());
    }

    /** When an end may be told: at once where it was never told that anything fires. */
    private static Instant settled(Bulletin bulletin, @Nullable Bulletin last, Situation situation) {
        if (bulletin.status() != Bulletin.Status.RESOLVED || last == null) {
            return Instant.MIN;
        }
        return bulletin.alerts().stream()
                .map(alert -> Objects.requireNonNullElse(alert.resolvedAt(), alert.evaluatedAt()))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN)
                .plus(situation.pace().settle());
    }

    private static Optional<Bulletin> bulletin(Incident incident, Situation situation, boolean first) {
        // What was told goes on though it is muted by now; what is muted begins nothing.
        List<Member> members = situation.members().stream()
                .filter(member -> member.isHeard() || !first)
                .sorted(Comparator.comparing((Member member) -> !member.isFiring())
                        .thenComparing(member -> Severity.rank(member.severity()))
                        .thenComparing(member -> member.alert().startsAt())
                        .thenComparing(member -> member.alert().fingerprint()))
                .toList();
        if (members.isEmpty()) {
            return Optional.empty();
        }
        boolean fires = members.get(0).isFiring();
        String severity = Severity.worst(members.stream()
                .filter(member -> member.isFiring() == fires)
                .map(Member::severity)
                .toList());
        Incident.Ack ack = incident.ack();
        String taken = ack != null && situation.now().isBefore(ack.until()) ? ack.by() : null;
        Bulletin.Status status = !fires
                ? Bulletin.Status.RESOLVED
                : taken != null ? Bulletin.Status.ACKNOWLEDGED : Bulletin.Status.FIRING;
        List<Alert> alerts =
                members.stream().map(Member::alert).limit(Bulletin.MOST).toList();
        return Optional.of(new Bulletin(
                incident.id(),
                incident.group(),
                severity,
                status,
                incident.openedAt(),
                taken,
                alerts,
                members.size() - alerts.size()));
    }

    private static Instant min(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
