package network.litewatch.controlplane;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.notify.AlertMessage;
import network.litewatch.controlplane.notify.Notification;

/** From what happened to an alert to what a person is told of it. */
final class Messages {
    private Messages() {}

    static List<Notification> of(List<Transition> transitions) {
        return transitions.stream().map(Messages::of).toList();
    }

    private static Notification of(Transition transition) {
        Alert alert = transition.alert();
        Notification.Kind kind =
                transition.kind() == Transition.Kind.FIRED ? Notification.Kind.FIRING : Notification.Kind.RESOLVED;
        // From the life and the kind, so that a transition that is computed again is the same notification.
        String identity = alert.fingerprint() + "/" + alert.startsAt() + "/" + kind;
        return new Notification(
                UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)),
                alert.fingerprint(),
                alert.startsAt(),
                kind,
                message(alert));
    }

    private static AlertMessage message(Alert alert) {
        Map<String, String> labels = alert.labels();
        Map<String, String> annotations = alert.annotations();
        boolean resolved = alert.state() == Alert.State.RESOLVED;
        return new AlertMessage(
                alert.fingerprint(),
                alert.rule(),
                labels.getOrDefault("severity", ""),
                labels.getOrDefault("target", ""),
                labels.getOrDefault("network", ""),
                labels,
                annotations.getOrDefault("summary", alert.rule()),
                annotations.getOrDefault("description", ""),
                alert.reason(),
                resolved ? alert.now() : List.of(),
                annotations.getOrDefault("runbook", ""),
                alert.startsAt(),
                Objects.requireNonNullElse(alert.firedAt(), alert.startsAt()),
                alert.resolvedAt());
    }
}
