package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;

/** Alerts and messages to try things on. */
public final class IncidentSamples {
    public static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");
    public static final UUID ID = new UUID(0, 1);

    private IncidentSamples() {}

    /** An alert of that target that fires since {@code at}. */
    public static Alert firing(String target, String severity, Instant at) {
        return firing("RpcHeadStalled", target, severity, at);
    }

    /** An alert of that rule and target, named after both, whose runbook is the rule's. */
    public static Alert firing(String rule, String target, String severity, Instant at) {
        return new Alert(
                rule + "-" + target,
                rule,
                Alert.State.FIRING,
                Map.of(
                        "alertname", rule,
                        "severity", severity,
                        "target", target,
                        "kind", "rpc",
                        "network", "lab"),
                Map.of("summary", "RPC " + target + " is behind", "description", "", "runbook", rule + "-book"),
                at,
                at,
                at,
                null,
                at,
                List.of("rpc_head_lag_seconds 16 s > 10 s"),
                List.of());
    }

    public static Alert resolved(Alert firing, Instant at) {
        return firing.resolved(at, List.of("rpc_head_lag_seconds 0 s"));
    }

    /** The same alert, of what the drill of that run broke. */
    public static Alert drilled(Alert alert, String run) {
        return labelled(alert, alert.fingerprint(), GroupKey.DRILL, run);
    }

    /** The same of the same target, as that vantage saw it: another alert. */
    public static Alert seenFrom(String vantage, Alert alert) {
        return labelled(alert, alert.fingerprint() + "-" + vantage, "vantage", vantage);
    }

    /** The same alert with one more label, or another one. */
    static Alert labelled(Alert alert, String label, String value) {
        return labelled(alert, alert.fingerprint(), label, value);
    }

    private static Alert labelled(Alert alert, String fingerprint, String label, String value) {
        Map<String, String> labels = new HashMap<>(alert.labels());
        labels.put(label, value);
        return new Alert(
                fingerprint,
                alert.rule(),
                alert.state(),
                labels,
                alert.annotations(),
                alert.startsAt(),
                alert.firedAt(),
                alert.breachedAt(),
                alert.resolvedAt(),
                alert.evaluatedAt(),
                alert.reason(),
                alert.now());
    }

    /** What the message of an incident of {@code alert} alone says. */
    public static IncidentMessage message(Alert alert, boolean mention) {
        return new IncidentMessage(
                ID,
                GroupKey.of(alert),
                alert.labels().getOrDefault("severity", ""),
                alert.startsAt(),
                alert.resolvedAt(),
                false,
                List.of(alert),
                alert.resolvedAt() == null ? 1 : 0,
                alert.resolvedAt() == null ? 0 : 1,
                0,
                List.of(),
                0,
                null,
                null,
                mention);
    }

    static Member heard(Alert alert) {
        return new Member(alert, Optional.empty());
    }
}
