package network.litewatch.controlplane.runbook;

import com.google.common.html.HtmlEscapers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.GroupKey;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** Runbooks as HTML, to be read at three in the morning on a telephone. Raw HTML in a runbook is shown, not obeyed. */
public final class RunbookPage {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .escapeHtml(true)
            .sanitizeUrls(true)
            .build();
    private static final String CSS = resource("page.css");

    /** Path of the script that every page has. */
    public static final String SCRIPT = "/runbooks/page.mjs";

    /** What a browser may do on a page: nothing but our script, and calls of our API. */
    public static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private RunbookPage() {}

    /** An alert that is pending or firing now; texts may come from strangers. */
    public record Live(
            String fingerprint,
            String alert,
            String state,
            String network,
            String target,
            String since,
            String reason) {
        /** What a page shows of {@code alert}. */
        public static Live of(Alert alert) {
            return new Live(
                    alert.fingerprint(),
                    alert.rule(),
                    alert.state().label()
                            + (alert.labels().containsKey(GroupKey.DRILL) ? ", of a drill: no action" : ""),
                    alert.labels().getOrDefault("network", ""),
                    alert.labels().getOrDefault("target", ""),
                    alert.startsAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                    String.join("; ", alert.now()));
        }
    }

    /**
     * A rehearsal of the runbook.
     *
     * @param proved when it last proved its alert; empty when it never did
     * @param seconds that the alert took to fire then; empty when it never did
     */
    public record Rehearsal(String drill, String alert, String fault, String proved, String seconds) {}

    /**
     * One runbook with the alerts that link to it now.
     *
     * @param shown the fingerprint of the alert that the reader came from, or ""
     * @param grafana base URL of Grafana, or ""
     */
    public static String of(
            Runbook runbook, Collection<Live> live, Collection<Rehearsal> drills, String shown, String grafana) {
        Optional<Live> about = live.stream()
                .filter(row -> row.fingerprint().equals(shown))
                .findFirst()
                .or(() -> live.stream().findFirst());
        return of(runbook, liveTable(live, shown) + panels(runbook, about, grafana), drillTable(drills));
    }

    /** One runbook for a reader who cannot be told which alerts link to it now, and {@code why}. */
    public static String withoutAlerts(Runbook runbook, String why, String grafana) {
        String told = "<div class=\"live\"><p>" + text(why) + "</p></div>";
        return of(runbook, told + panels(runbook, Optional.empty(), grafana), "");
    }

    /** Where it is seen in Grafana, of the target of {@code about}. */
    private static String panels(Runbook runbook, Optional<Live> about, String grafana) {
        if (grafana.isEmpty() || runbook.panels().isEmpty()) {
            return "";
        }
        return runbook.panels().stream()
                .map(panel -> "<a href=\""
                        + text(about.map(alert -> panel.url(
                                        grafana, alert.network(), alert.target(), Instant.parse(alert.since())))
                                .orElseGet(() -> panel.url(grafana)))
                        + "\">" + text(panel.title()) + "</a>")
                .collect(Collectors.joining(", ", "<p>In Grafana: ", "</p>"));
    }

    private static String of(Runbook runbook, String alerts, String drills) {
        StringBuilder body = new StringBuilder();
        body.append("<div class=\"")
                .append(text(runbook.severity()))
                .append("\"><h1>")
                .append(text(runbook.title()))
                .append("</h1><div class=\"tags\"><span>")
                .append(text(runbook.severity()))
                .append("</span>");
        runbook.alerts()
                .forEach(alert -> body.append("<span>").append(text(alert)).append("</span>"));
        body.append("</div></div>").append(alerts);
        body.append("<main>")
                .append(RENDERER.render(PARSER.parse(runbook.markdown())))
                .append("</main>");
        body.append(drills);
        body.append("<h2>About this runbook</h2><dl>");
        Map<String, String> facts = new TreeMap<>(runbook.facts());
        facts.forEach((name, value) -> body.append("<dt>")
                .append(text(name.replace('_', ' ')))
                .append("</dt><dd>")
                .append(text(value))
                .append("</dd>"));
        return page(
                runbook.title(),
                body.append("</dl><p><a href=\"/runbooks\">All runbooks</a></p>")
                        .toString());
    }

    /** All runbooks, with links. */
    public static String index(Collection<Runbook> runbooks, String notice) {
        StringBuilder body = new StringBuilder("<h1>Runbooks</h1>");
        if (!notice.isEmpty()) {
            body.append("<p>").append(text(notice)).append("</p>");
        }
        body.append("<table><tr><th>Runbook</th><th>Severity</th><th>Alerts</th></tr>");
        runbooks.stream()
                .sorted(Comparator.comparing(Runbook::id))
                .forEach(r -> body.append("<tr><td><a href=\"/runbooks/")
                        .append(text(r.id()))
                        .append("\">")
                        .append(text(r.title()))
                        .append("</a></td><td>")
                        .append(text(r.severity()))
                        .append("</td><td>")
                        .append(text(String.join(", ", r.alerts())))
                        .append("</td></tr>"));
        return page("Runbooks", body.append("</table>").toString());
    }

    private static String drillTable(Collection<Rehearsal> drills) {
        if (drills.isEmpty()) {
            return "";
        }
        StringBuilder table = new StringBuilder("<h2>Drills</h2><table><tr><th>Drill</th><th>Alert</th><th>Fault</th>"
                + "<th>Last proved</th><th>Fired after</th><th></th></tr>");
        Set<String> begun = new HashSet<>();
        for (Rehearsal row : drills) {
            table.append("<tr><td>")
                    .append(text(row.drill()))
                    .append("</td><td>")
                    .append(text(row.alert()))
                    .append("</td><td>")
                    .append(text(row.fault()))
                    .append("</td><td>")
                    .append(text(row.proved().isEmpty() ? "never here" : row.proved()))
                    .append("</td><td>")
                    .append(text(row.seconds().isEmpty() ? "" : row.seconds() + " s"))
                    .append(begun.add(row.drill()) ? "</td><td data-drill=\"" + text(row.drill()) + "\">" : "</td><td>")
                    .append("</td></tr>");
        }
        return table.append("</table>").toString();
    }

    private static String liveTable(Collection<Live> live, String shown) {
        StringBuilder table = new StringBuilder("<div class=\"live\"><p>");
        if (live.isEmpty()) {
            return table.append("No alert that links here is pending or firing now.</p></div>")
                    .toString();
        }
        table.append("Now:</p><table><tr><th>Alert</th><th>State</th><th>Target</th><th>Since</th><th>Why</th></tr>");
        for (Live row : live) {
            boolean marked = row.fingerprint().equals(shown);
            table.append("<tr data-network=\"")
                    .append(text(row.network()))
                    .append("\" data-target=\"")
                    .append(text(row.target()))
                    .append(marked ? "\" class=\"shown\">" : "\">")
                    .append("<td>")
                    .append(marked ? "▶ " : "")
                    .append(text(row.alert()))
                    .append("</td><td>")
                    .append(text(row.state()))
                    .append("</td><td>")
                    .append(text(row.target()))
                    .append("</td><td>")
                    .append(text(row.since()))
                    .append("</td><td>")
                    .append(text(row.reason()))
                    .append("</td></tr>");
        }
        return table.append("</table></div>").toString();
    }

    private static String page(String title, String body) {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width, initial-scale=1\"><title>" + text(title) + "</title><style>" + CSS
                + "</style><script type=\"module\" src=\"" + SCRIPT + "\"></script></head><body>" + body
                + "</body></html>";
    }

    private static String text(String raw) {
        return HtmlEscapers.htmlEscaper().escape(raw);
    }

    /** The script, which only reads the page that it is on and calls our API. */
    public static String script() {
        return resource("page.mjs");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(RunbookPage.class.getResourceAsStream("/runbook/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
