package network.litewatch.controlplane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.elastic.Templates;

/** The history of alerts as Elasticsearch keeps it: one document a transition. */
final class AlertDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AlertDocuments() {}

    static Document of(Transition transition) {
        Alert alert = transition.alert();
        Instant at = alert.evaluatedAt();
        String id = ObservationDocuments.hash(
                alert.fingerprint(),
                alert.startsAt().toString(),
                transition.kind().name());
        return new Document(ObservationDocuments.dailyIndex(Templates.ALERTS_PREFIX, at), id, json(transition, at));
    }

    private static String json(Transition transition, Instant at) {
        Alert alert = transition.alert();
        Map<String, String> labels = alert.labels();
        ObjectNode root = JSON.createObjectNode();
        root.put("@timestamp", at.toString());
        root.put("message", alert.annotations().getOrDefault("summary", alert.rule()));
        root.putObject("event")
                .put("kind", "alert")
                .put("dataset", "litewatch.alerts")
                .put("module", "litewatch")
                .put("action", transition.kind().name().toLowerCase(Locale.ROOT))
                .put("reason", String.join("; ", alert.reason()));
        root.putObject("rule")
                .put("name", alert.rule())
                .put("reference", alert.annotations().getOrDefault("runbook", ""));
        ObjectNode all = root.putObject("labels");
        labels.forEach(all::put);
        ObjectNode own = root.putObject("cortensor")
                .put("fingerprint", alert.fingerprint())
                .put("state", alert.state().label())
                .put("severity", labels.getOrDefault("severity", ""))
                .put("starts_at", alert.startsAt().toString());
        for (String name : new String[] {"target", "network", "kind", "vantage", "probe"}) {
            own.put(name, labels.getOrDefault(name, ""));
        }
        if (alert.firedAt() != null) {
            own.put("fired_at", alert.firedAt().toString());
        }
        if (alert.resolvedAt() != null) {
            own.put("resolved_at", alert.resolvedAt().toString());
        }
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }
}
