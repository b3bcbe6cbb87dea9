package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import org.jspecify.annotations.Nullable;

/** People and their Slack in virtual time: what they were sent, when, of one group of alerts. */
final class Office {
    /** Something that was sent. */
    record Sent(Duration at, String what, String text, boolean mention) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Silence> silences = new ArrayList<>();
    /** Ids of the lines of threads: one that comes twice is stored once. */
    final List<java.util.UUID> noteIds = new ArrayList<>();

    private final Map<String, Alert> alerts = new LinkedHashMap<>();
    private Instant now = IncidentSamples.T0;
    private @Nullable Incident incident;
    private Instant due = IncidentSamples.T0;
    private int opened;
    Pace pace = Pace.DEFAULT;
    boolean out;
    boolean unsent;
    /** While set nothing that is sent arrives. */
    boolean away;

    Optional<IncidentMessage> shown = Optional.empty();
    List<String> steps = List.of();

    Instant now() {
        return now;
    }

    /** An alert of that target fires from now on. */
    void fire(String target, String severity) {
        put(IncidentSamples.firing(target, severity, now));
        if (incident == null) {
            opened++;
            out = false;
            unsent = false;
            incident = Incident.opened(
                    new java.util.UUID(1, opened),
                    GroupKey.of(alerts.values().iterator().next()),
                    now);
        }
    }

    void resolve(String target) {
        put(IncidentSamples.resolved(java.util.Objects.requireNonNull(alerts.get(target)), now));
    }

    private void put(Alert alert) {
        alerts.put(alert.labels().getOrDefault("target", ""), alert);
        due = now;
    }

    /** A person has a hand in it. */
    void person(java.util.function.UnaryOperator<Incident> change) {
        incident = change.apply(java.util.Objects.requireNonNull(incident));
        due = now;
    }

    boolean isOpen() {
        return incident != null;
    }

    /** Lets time pass, second by second; whatever is due is decided. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            decideWhatIsDue();
            now = now.plusSeconds(1);
        }
        decideWhatIsDue();
    }

    private void decideWhatIsDue() {
        Incident before = incident;
        if (before == null || now.isBefore(due)) {
            return;
        }
        Mutes mutes = new Mutes(silences, now);
        List<Alert> of = alerts.values().stream()
                .filter(alert -> alert.state() == Alert.State.FIRING
                        || !java.util.Objects.requireNonNull(alert.resolvedAt()).isBefore(before.openedAt()))
                .toList();
        Decision decision = Telling.decide(
                before,
                new Situation(
                        now,
                        of.stream().map(mutes::of).toList(),
                        out,
                        unsent,
                        mutes.hiddenBy(of),
                        mutes.nextChange(of),
                        pace));
        incident = decision.closed() ? null : decision.after();
        due = decision.lookAgain();
        steps = decision.steps();
        if (decision.root() == Decision.Root.DIGEST) {
            shown = decision.message();
            sent.add(at(
                    "digest", firing(shown.orElseThrow()), shown.orElseThrow().mention()));
        } else if (decision.root() != Decision.Root.NONE) {
            unsent = away && (out || unsent);
            if (away) {
                due = now.plusSeconds(1);
            } else {
                send(decision);
            }
        }
        decision.notes().forEach(note -> {
            noteIds.add(note.id());
            sent.add(at("note", note.text(), note.mention()));
        });
    }

    private void send(Decision decision) {
        IncidentMessage message = decision.message().orElseThrow();
        shown = decision.message();
        out = true;
        sent.add(at(decision.root() == Decision.Root.POST ? "post" : "edit", firing(message), message.mention()));
    }

    private static String firing(IncidentMessage message) {
        return message.resolvedAt() == null ? "firing " + message.firing() : "resolved";
    }

    private Sent at(String what, String text, boolean mention) {
        return new Sent(Duration.between(IncidentSamples.T0, now), what, text, mention);
    }

    /** What people notice: messages and lines of threads, not edits. */
    List<Sent> noticed() {
        return sent.stream()
                .filter(each -> !each.what().equals("edit") && !each.what().equals("digest"))
                .toList();
    }

    List<String> texts() {
        return noticed().stream().map(each -> each.what() + ": " + each.text()).toList();
    }
}
