package network.litewatch.controlplane.notify;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A panel of a dashboard in Grafana.
 *
 * @param dashboard its uid
 * @param id of the panel in it, which Grafana's addresses name
 */
public record Panel(String dashboard, int id, String title) {
    /** What is asked of Grafana begins so long before an alert did. */
    private static final long BEFORE_SECONDS = 1_800;

    private static final int LONGEST = 80;

    /**
     * Where the panel is seen alone.
     *
     * @param grafana base URL of Grafana, without a trailing slash
     * @param since when what is to be seen began
     */
    public String url(String grafana, String network, String target, Instant since) {
        return url(grafana, dashboard, network, target, since) + "&viewPanel=" + id;
    }

    /** Where the panel is seen alone, of whatever Grafana shows first. */
    public String url(String grafana) {
        return grafana + "/d/" + encode(dashboard) + "?viewPanel=" + id;
    }

    /** Where a dashboard is seen, of one target and from a while before {@code since} on. */
    public static String url(String grafana, String dashboard, String network, String target, Instant since) {
        return grafana + "/d/" + encode(dashboard) + "?var-network=" + encode(network) + "&var-target=" + encode(target)
                + "&from=" + since.minusSeconds(BEFORE_SECONDS).toEpochMilli() + "&to=now";
    }

    private static String encode(String text) {
        // What other systems send as labels may be far longer than a message may be.
        return URLEncoder.encode(text.substring(0, Math.min(LONGEST, text.length())), StandardCharsets.UTF_8);
    }
}
