package network.litewatch.controlplane.notify.receiver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Bulletin;
import network.litewatch.probe.Secret;

/** A bulletin as an event of PagerDuty's Events API v2; an incident here is one there. */
public final class PagerDutyEvent {
    /** Where events go, after the base URL. */
    public static final String PATH = "/v2/enqueue";

    // PagerDuty refuses a longer one.
    private static final int LONGEST_SUMMARY = 1_024;
    private static final int LONGEST_DETAIL = 2_000;
    private static final int TARGETS = 20;

    private final ObjectMapper json;
    private final Secret routingKey;
    private final String publicUrl;

    /**
     * Events for the service of {@code routingKey}.
     *
     * @param publicUrl of this service, without a trailing slash
     */
    public PagerDutyEvent(ObjectMapper json, Secret routingKey, String publicUrl) {
        this.json = json;
        this.routingKey = routingKey;
        this.publicUrl = publicUrl;
    }

    /** The body of a request. */
    public String of(Bulletin bulletin) {
        ObjectNode event = json.createObjectNode()
                .put("routing_key", routingKey.reveal())
                .put(
                        "event_action",
                        switch (bulletin.status()) {
                            case FIRING -> "trigger";
                            case ACKNOWLEDGED -> "acknowledge";
                            case RESOLVED -> "resolve";
                        })
                .put("dedup_key", bulletin.incident().toString());
        if (bulletin.status() == Bulletin.Status.FIRING) {
            trigger(event, bulletin);
        }
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event of our own cannot be written", e);
        }
    }

    private void trigger(ObjectNode event, Bulletin bulletin) {
        Alert first = bulletin.first();
        String target = first.labels().getOrDefault("target", "");
        event.put("client", "Litewatch").put("client_url", publicUrl + "/api/v1/incidents/" + bulletin.incident());
        String runbook = first.annotations().getOrDefault("runbook", "");
        if (!runbook.isEmpty()) {
            event.putArray("links")
                    .addObject()
                    .put("href", publicUrl + "/runbooks/" + runbook)
                    .put("text", "Runbook");
        }
        ObjectNode payload = event.putObject("payload")
                .put("summary", cut(first.annotations().getOrDefault("summary", first.rule()), LONGEST_SUMMARY))
                .put("source", cut(target.isEmpty() ? "litewatch" : target, LONGEST_SUMMARY))
                .put("severity", severity(bulletin.severity()))
                .put("timestamp", first.startsAt().toString())
                .put("component", bulletin.group().service())
                .put("group", bulletin.group().network())
                .put("class", first.rule());
        ObjectNode details = payload.putObject("custom_details")
                .put("why", cut(String.join("; ", first.reason()), LONGEST_DETAIL))
                .put("description", cut(first.annotations().getOrDefault("description", ""), LONGEST_DETAIL))
                .put("alerts", bulletin.alerts().size() + bulletin.truncated());
        var targets = details.putArray("targets");
        bulletin.alerts().stream()
                .map(alert -> alert.labels().getOrDefault("target", alert.rule()))
                .distinct()
                .limit(TARGETS)
                .forEach(name -> targets.add(cut(name, LONGEST_SUMMARY)));
    }

    /** PagerDuty knows four; what it does not know is no information. */
    private static String severity(String ours) {
        return switch (ours) {
            case "critical", "warning", "info" -> ours;
            default -> "error";
        };
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
        return text.substring(0, end) + "…";
    }
}
