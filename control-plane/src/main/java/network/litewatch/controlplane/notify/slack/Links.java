package network.litewatch.controlplane.notify.slack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import network.litewatch.controlplane.alert.Alert;

/**
 * Where a message points.
 *
 * @param publicUrl base URL of this service as people reach it, without a trailing slash
 * @param grafanaUrl base URL of Grafana; empty when there is none
 */
public record Links(String publicUrl, Optional<String> grafanaUrl) {
    // Nothing that would end Slack's own writing of a link.
    private static final Pattern PAGE = Pattern.compile("https?://[\\w.:-]+(/[\\w./?#=%~+-]{0,500})?");

    private static final int LONGEST = 80;

    /** Uid of the dashboard that messages link to, one of {@code grafana/dashboards}. */
    public static final String DASHBOARD = "litewatch-network-overview";

    /** The runbook of {@code alert}; where another system sent it, the page that it names, if that is one. */
    Optional<String> runbook(Alert alert) {
        String id = alert.annotations().getOrDefault("runbook", "");
        if (!id.isEmpty()) {
            return Optional.of(publicUrl + "/runbooks/" + encode(id) + "?alert=" + encode(alert.fingerprint()));
        }
        return Optional.ofNullable(alert.annotations().get("runbook_url"))
                .filter(url -> PAGE.matcher(url).matches());
    }

    String incident(UUID incident) {
        return publicUrl + "/api/v1/incidents/" + incident;
    }

    Optional<String> dashboard(Alert alert) {
        long from = alert.startsAt().minusSeconds(1800).toEpochMilli();
        return grafanaUrl.map(base -> base + "/d/" + DASHBOARD + "?var-network="
                + encode(alert.labels().getOrDefault("network", "")) + "&var-target="
                + encode(alert.labels().getOrDefault("target", "")) + "&from=" + from + "&to=now");
    }

    private static String encode(String text) {
        // What other systems send as labels may be far longer than a message may be.
        return URLEncoder.encode(text.substring(0, Math.min(LONGEST, text.length())), StandardCharsets.UTF_8);
    }
}
