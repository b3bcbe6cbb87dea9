package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person is told of one life of an alert. Texts may come from strangers; renderers escape them.
 *
 * @param reason compared signals against their thresholds, as {@code rpc_head_lag_seconds 23.4 s > 10 s}
 * @param now the same values at the end; empty while firing
 * @param runbook id of the runbook
 * @param resolvedAt null while firing
 */
public record AlertMessage(
        String fingerprint,
        String alert,
        String severity,
        String target,
        String network,
        Map<String, String> labels,
        String summary,
        String description,
        List<String> reason,
        List<String> now,
        String runbook,
        Instant startsAt,
        Instant firedAt,
        @Nullable Instant resolvedAt) {
    public AlertMessage {
        labels = Map.copyOf(labels);
        reason = List.copyOf(reason);
        now = List.copyOf(now);
    }
}
