package network.litewatch.controlplane.alert.incident;

import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;

/**
 * An alert of an incident.
 *
 * @param muted why nothing is said of it now; empty when it may be spoken of
 */
public record Member(Alert alert, Optional<String> muted) {
    boolean isFiring() {
        return alert.state() == Alert.State.FIRING;
    }

    boolean isHeard() {
        return muted.isEmpty();
    }

    String severity() {
        return alert.labels().getOrDefault("severity", "");
    }

    String target() {
        Map<String, String> labels = alert.labels();
        return labels.getOrDefault("target", "");
    }
}
