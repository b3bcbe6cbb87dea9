package network.litewatch.controlplane.gate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.ErrorClass;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.LimitResult;
import network.litewatch.controlplane.gate.Measure;
import network.litewatch.controlplane.gate.Measured;

/** A report as one page of HTML with plots, which loads nothing from anywhere. */
public final class GatePage {
    private static final String TEMPLATE = "/gate/page.html";
    private static final Pattern HOLE = Pattern.compile("\\{\\{([a-z]+)}}");
    private static final List<String> COLORS =
            List.of("#2b6cb0", "#2f9e57", "#b7791f", "#805ad5", "#c5281c", "#319795");
    private static final double STRIP = 150;

    private final GateReport report;

    private GatePage(GateReport report) {
        this.report = report;
    }

    public static String of(GateReport report) {
        return new GatePage(report).page();
    }

    private static String remark(String what, String text) {
        return text.isEmpty() ? "" : "<p class='planted'>" + what + ": <code>" + Html.escape(text) + "</code></p>";
    }

    private String page() {
        Map<String, String> holes = Map.of(
                "title", Html.escape(report.plan().title()),
                "verdict", report.verdict().label(),
                "summary", summary(),
                "planted",
                        remark("Planted on purpose", report.planted())
                                + remark(
                                        "Broken off before its end",
                                        report.facts().brokenOff().orElse("")),
                "limits", report.judged().stream().map(GatePage::limit).collect(Collectors.joining("\n")),
                "timeline", timeline(),
                "shares", shares(),
                "drills", drills(),
                "nodes", nodes(),
                "conditions", conditions());
        Matcher hole = HOLE.matcher(template());
        StringBuilder page = new StringBuilder();
        while (hole.find()) {
            hole.appendReplacement(
                    page, Matcher.quoteReplacement(holes.getOrDefault(String.valueOf(hole.group(1)), "")));
        }
        return hole.appendTail(page).toString();
    }

    private static String template() {
        try (InputStream in = Objects.requireNonNull(GatePage.class.getResourceAsStream(TEMPLATE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String summary() {
        Map<LimitResult.Verdict, Long> counts =
                report.judged().stream().collect(Collectors.groupingBy(LimitResult::verdict, Collectors.counting()));
        GateData facts = report.facts();
        return text(
                "%d limits: %d passed, %d failed, %d inconclusive. %d requests, %d drills, %s to %s (%d s).",
                report.judged().size(),
                counts.getOrDefault(LimitResult.Verdict.PASSED, 0L),
                counts.getOrDefault(LimitResult.Verdict.FAILED, 0L),
                counts.getOrDefault(LimitResult.Verdict.INCONCLUSIVE, 0L),
                facts.answers().size(),
                facts.drills().size(),
                facts.from(),
                facts.to(),
                Duration.between(facts.from(), facts.to()).toSeconds());
    }

    private static String limit(LimitResult one) {
        Measured measured = one.measured();
        String verdict = one.verdict().label();
        return text(
                "<tr><td>%s</td><td>%s<div class='why'>%s</div></td><td class='n'>%s</td><td class='n'>%s</td><td class='n'>%d</td>"
                        + "<td class='n'>%s %s %s</td><td>%s</td><td><span class='verdict %s'>%s</span></td></tr>",
                Html.escape(one.limit().id()),
                Html.escape(one.limit().what()),
                Html.escape(one.why().isEmpty() ? measured.method() : one.why()),
                number(measured.value()),
                measured.samples() == 0 ? "-" : number(measured.low()) + " to " + number(measured.high()),
                measured.samples(),
                one.limit().isMost() ? "&le;" : "&ge;",
                number(one.limit().bound()),
                Html.escape(one.limit().measure().unit()),
                strip(one),
                verdict,
                verdict);
    }

    /** The interval as a bar, and the limit as a line in the middle. */
    private static String strip(LimitResult one) {
        double bound = one.limit().bound();
        if (bound <= 0 || one.measured().samples() == 0) {
            return "";
        }
        double low = place(one.measured().low(), bound);
        double high = place(one.measured().high(), bound);
        String kind = switch (one.verdict()) {
            case PASSED -> "ok";
            case FAILED -> "bad";
            case INCONCLUSIVE -> "open";
        };
        return text(
                "<svg class='strip' viewBox='0 0 150 16'><line class='grid' x1='0' y1='8' x2='150' y2='8'/>"
                        + "<rect class='%s' x='%.1f' y='4' width='%.1f' height='8'/><line class='bound' x1='75' y1='0' x2='75' y2='16'/></svg>",
                kind, low, Math.max(2, high - low));
    }

    private static double place(double value, double bound) {
        return Math.min(STRIP, Math.max(0, value / bound * STRIP / 2));
    }

    private String timeline() {
        GateData facts = report.facts();
        double length = Math.max(1, since(facts.to()));
        double[] totals = facts.answers().stream()
                .mapToDouble(Answer::totalSeconds)
                .filter(Double::isFinite)
                .toArray();
        double most = Math.max(0.1, Arrays.stream(totals).max().orElse(1) * 1.15);
        Chart chart = new Chart("Requests over time", "seconds since the start", "seconds", length, most);
        facts.spans().forEach(span -> chart.band(since(span.from()), since(span.to()), "stage", span.stage()));
        facts.drills().forEach(drill -> chart.band(since(drill.from()), since(drill.to()), "drill", drill.drill()));
        for (Answer answer : facts.answers()) {
            double at = since(answer.slot());
            String who = "session " + answer.session() + ", " + answer.stage();
            if (answer.error().isPresent()) {
                chart.point(
                        at,
                        most,
                        "error",
                        who + ": " + answer.error().map(ErrorClass::label).orElse(""));
            } else {
                chart.point(
                        at,
                        answer.totalSeconds(),
                        "total",
                        who + ": whole after " + number(answer.totalSeconds()) + " s");
                chart.point(
                        at,
                        answer.ttftSeconds(),
                        "ttft",
                        who + ": first token after " + number(answer.ttftSeconds()) + " s");
            }
        }
        return chart.end()
                + "<div class='why'>dark: first token; light: whole answer; red, at the top: none. Times count from the slot in which"
                + " a request was due. Shaded red: a drill, from its start to its verdict.</div>";
    }

    private String shares() {
        GateData facts = report.facts();
        List<String> stages =
                facts.spans().stream().map(GateData.Span::stage).distinct().toList();
        double most = facts.answers().stream()
                .mapToDouble(Answer::ttftSeconds)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        List<LimitResult> limits = report.judged().stream()
                .filter(one -> one.limit().measure() == Measure.TTFT_SECONDS)
                .toList();
        double bounds =
                limits.stream().mapToDouble(one -> one.limit().bound()).max().orElse(0);
        Chart chart = new Chart(
                "Time to first token", "seconds to the first token", "share", Math.max(most, bounds) * 1.1, 1);
        for (int i = 0; i < stages.size(); i++) {
            String stage = stages.get(i);
            List<Answer> its = facts.answers().stream()
                    .filter(answer -> answer.stage().equals(stage))
                    .toList();
            double[] times = its.stream()
                    .mapToDouble(Answer::ttftSeconds)
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            String color = COLORS.get(i % COLORS.size());
            chart.steps(times, Math.max(1, its.size()), color);
            chart.legend(i, color, stage + " (" + its.size() + ")");
        }
        limits.forEach(
                one -> chart.mark(one.limit().bound(), "limit", one.limit().id()));
        return chart.end();
    }

    private String drills() {
        if (report.facts().drills().isEmpty()) {
            return "<p>none</p>";
        }
        return "<table><tr><th>drill</th><th>alert</th><th class='n'>fired after, s</th><th class='n'>resolved after, s</th><th>verdict</th></tr>"
                + report.facts().drills().stream()
                        .map(one -> text(
                                "<tr><td>%s</td><td>%s</td><td class='n'>%s</td><td class='n'>%s</td><td><span class='verdict %s'>%s</span></td></tr>",
                                Html.escape(one.drill()),
                                Html.escape(one.alert()),
                                number(one.toFire().orElse(Double.NaN)),
                                number(one.toResolve().orElse(Double.NaN)),
                                one.passed() ? "passed" : "failed",
                                Html.escape(one.verdict())))
                        .collect(Collectors.joining())
                + "</table>";
    }

    private String nodes() {
        return "<table><tr><th>node</th><th class='n'>before the drills</th><th class='n'>after</th><th>touched by a drill</th></tr>"
                + report.facts().nodes().stream()
                        .map(node -> text(
                                "<tr><td>%s</td><td class='n'>%s</td><td class='n'>%s</td><td>%s</td></tr>",
                                Html.escape(node.id()),
                                known(node.before()),
                                known(node.after()),
                                node.touched() ? "yes" : "no"))
                        .collect(Collectors.joining())
                + "</table>";
    }

    private String conditions() {
        return report.conditions().named().entrySet().stream()
                .map(one -> text(
                        "<tr><th>%s</th><td><code>%s</code></td></tr>",
                        Html.escape(one.getKey()), Html.escape(one.getValue())))
                .collect(Collectors.joining("\n"));
    }

    private double since(Instant at) {
        return Duration.between(report.facts().from(), at).toMillis() / 1e3;
    }

    private static String known(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "too little evidence";
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "&infin;" : "-&infin;";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? Long.toString((long) value) : text("%.3f", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
