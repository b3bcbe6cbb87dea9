package network.litewatch.controlplane.notify.receiver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Bulletin;

/** A bulletin as Alertmanager's webhooks have it, version 4. */
public final class WebhookPayload {
    // What Go writes of a time that is not set.
    private static final String NO_END = "0001-01-01T00:00:00Z";

    private final ObjectMapper json;
    private final String receiver;
    private final String publicUrl;

    /**
     * Payloads for {@code receiver}.
     *
     * @param publicUrl of this service, without a trailing slash
     */
    public WebhookPayload(ObjectMapper json, String receiver, String publicUrl) {
        this.json = json;
        this.receiver = receiver;
        this.publicUrl = publicUrl;
    }

    /** The body of a request. */
    public String of(Bulletin bulletin) {
        Map<String, String> group = new TreeMap<>(Map.of(
                "kind", bulletin.group().service(),
                "network", bulletin.group().network(),
                "failure_class", bulletin.group().failure()));
        ObjectNode payload = json.createObjectNode()
                .put("version", "4")
                .put("groupKey", bulletin.incident().toString())
                .put("truncatedAlerts", bulletin.truncated())
                .put("status", bulletin.status() == Bulletin.Status.RESOLVED ? "resolved" : "firing")
                .put("receiver", receiver)
                .put("externalURL", publicUrl);
        payload.set("groupLabels", json.valueToTree(group));
        payload.set("commonLabels", json.valueToTree(common(bulletin.alerts(), Alert::labels)));
        payload.set("commonAnnotations", json.valueToTree(common(bulletin.alerts(), this::annotations)));
        ArrayNode alerts = payload.putArray("alerts");
        bulletin.alerts().forEach(alert -> alerts.add(alert(alert, bulletin)));
        try {
            return json.writeValueAsString(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a payload of our own cannot be written", e);
        }
    }

    private ObjectNode alert(Alert alert, Bulletin bulletin) {
        Instant end = alert.resolvedAt();
        ObjectNode node = json.createObjectNode()
                .put("status", end == null ? "firing" : "resolved")
                .put("startsAt", alert.startsAt().toString())
                .put("endsAt", end == null ? NO_END : end.toString())
                .put("generatorURL", publicUrl + "/api/v1/incidents/" + bulletin.incident())
                .put("fingerprint", alert.fingerprint());
        node.set("labels", json.valueToTree(new TreeMap<>(alert.labels())));
        node.set("annotations", json.valueToTree(new TreeMap<>(annotations(alert))));
        return node;
    }

    /** With the runbook as a link, which a receiver can follow. */
    private Map<String, String> annotations(Alert alert) {
        Map<String, String> annotations = new HashMap<>(alert.annotations());
        String runbook = annotations.getOrDefault("runbook", "");
        if (!runbook.isEmpty()) {
            annotations.putIfAbsent("runbook_url", publicUrl + "/runbooks/" + runbook);
        }
        return annotations;
    }

    private static Map<String, String> common(List<Alert> alerts, Function<Alert, Map<String, String>> texts) {
        Map<String, String> common = new TreeMap<>(texts.apply(alerts.get(0)));
        alerts.forEach(alert -> common.entrySet().retainAll(texts.apply(alert).entrySet()));
        return common;
    }
}
