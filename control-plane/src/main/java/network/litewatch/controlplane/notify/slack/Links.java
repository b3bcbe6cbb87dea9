package network.litewatch.controlplane.notify.slack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import network.litewatch.controlplane.notify.AlertMessage;

/**
 * Where a message points.
 *
 * @param publicUrl base URL of this service as people reach it, without a trailing slash
 * @param grafanaUrl base URL of Grafana; empty when there is none
 */
public record Links(String publicUrl, Optional<String> grafanaUrl) {
    /** Uid of the dashboard that messages link to, one of {@code grafana/dashboards}. */
    public static final String DASHBOARD = "litewatch-network-overview";

    String runbook(AlertMessage message) {
        return publicUrl + "/runbooks/" + encode(message.runbook()) + "?alert=" + encode(message.fingerprint());
    }

    String alert(AlertMessage message) {
        return publicUrl + "/api/v1/alerts/" + encode(message.fingerprint());
    }

    Optional<String> dashboard(AlertMessage message) {
        long from = message.startsAt().minusSeconds(1800).toEpochMilli();
        return grafanaUrl.map(base -> base + "/d/" + DASHBOARD + "?var-network=" + encode(message.network())
                + "&var-target=" + encode(message.target()) + "&from=" + from + "&to=now");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
