package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Incident.Ack;
import org.jspecify.annotations.Nullable;

/**
 * What the one message of an incident says. Texts of alerts may come from strangers; renderers escape them.
 *
 * @param severity the worst of what fires, or of what fired
 * @param resolvedAt when nothing fired any more; null while something does
 * @param top alerts that are spoken of, worst and oldest first, at most {@value Telling#TOP}; never empty
 * @param firing alerts that fire and are spoken of
 * @param ended alerts that fired and resolved
 * @param muted alerts that fire and are not spoken of
 * @param mutedWhy reasons of some of them, each once
 * @param hiding how many alerts of what depends on these are hidden
 * @param ack who has taken it; null while nobody has
 * @param falseAlarm who says that it was none; null while nobody does
 * @param mention whether whoever is on call is to be called by it
 */
public record IncidentMessage(
        UUID incident,
        GroupKey group,
        String severity,
        Instant openedAt,
        @Nullable Instant resolvedAt,
        boolean flapping,
        List<Alert> top,
        int firing,
        int ended,
        int muted,
        List<String> mutedWhy,
        int hiding,
        @Nullable Ack ack,
        @Nullable String falseAlarm,
        boolean mention) {
    public IncidentMessage {
        top = List.copyOf(top);
        mutedWhy = List.copyOf(mutedWhy);
        if (top.isEmpty()) {
            throw new IllegalArgumentException("a message speaks of an alert");
        }
    }

    /** The alert that it is named after. */
    public Alert first() {
        return top.get(0);
    }
}
