package network.litewatch.controlplane.notify.slack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.notify.Panel;

/**
 * Where a message points.
 *
 * @param publicUrl base URL of this service as people reach it, without a trailing slash
 * @param grafanaUrl base URL of Grafana; empty when there is none
 * @param panels those that the runbook of an id names
 */
public record Links(String publicUrl, Optional<String> grafanaUrl, Function<String, List<Panel>> panels) {
    // Nothing that would end Slack's own writing of a link.
    private static final Pattern PAGE = Pattern.compile("https?://[\\w.:-]+(/[\\w./?#=%~+-]{0,500})?");

    private static final int LONGEST = 80;

    /** Uid of the dashboard that messages link to where a runbook names no panel, one of {@code grafana/dashboards}. */
    public static final String DASHBOARD = "litewatch-network-overview";

    /** Links of runbooks that name no panel. */
    public Links(String publicUrl, Optional<String> grafanaUrl) {
        this(publicUrl, grafanaUrl, runbook -> List.of());
    }

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

    /** The panel that the runbook of {@code alert} names first; where it names none, all of its network. */
    Optional<String> dashboard(Alert alert) {
        String network = alert.labels().getOrDefault("network", "");
        String target = alert.labels().getOrDefault("target", "");
        List<Panel> panels = this.panels.apply(alert.annotations().getOrDefault("runbook", ""));
        return grafanaUrl.map(base -> panels.isEmpty()
                ? Panel.url(base, DASHBOARD, network, target, alert.startsAt())
                : panels.get(0).url(base, network, target, alert.startsAt()));
    }

    private static String encode(String text) {
        // What other systems send as labels may be far longer than a message may be.
        return URLEncoder.encode(text.substring(0, Math.min(LONGEST, text.length())), StandardCharsets.UTF_8);
    }
}
