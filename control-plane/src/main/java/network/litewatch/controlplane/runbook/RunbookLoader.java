package network.litewatch.controlplane.runbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.notify.Panel;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;
import org.jspecify.annotations.Nullable;

/** Reads the runbooks of a folder and checks them against each other and against the rules. */
public final class RunbookLoader {
    private static final Pattern FRONT_MATTER = Pattern.compile("\\A---\\R(.*?\\R)---\\R", Pattern.DOTALL);
    private static final Parser MARKDOWN =
            Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build();
    private static final List<String> SEVERITIES = List.of("info", "warning", "critical");

    /** Alerts of the Prometheus that watches us from outside, which this service does not know. */
    private static final String META = "meta_alerts";

    private static final String DASHBOARDS = "dashboards";

    private static final List<String> FACTS =
            List.of("threshold_reason", "expected_rate", "reviewed", "review_every", "impact_slo", META);

    /** What the stage of drills reads; here it is only allowed. */
    private static final List<String> LATER = List.of("drills", "undrilled");

    private static final List<String> FIELDS = Stream.of(
                    List.of("schema", "id", "title", "alerts", "severity", "owner", DASHBOARDS), FACTS, LATER)
            .flatMap(List::stream)
            .toList();

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Runbook> byId = new LinkedHashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    private final DashboardFiles dashboards;

    private RunbookLoader(DashboardFiles dashboards) {
        this.dashboards = dashboards;
    }

    /** Where a runbook was read. */
    private record Place(Path file, Field root) {
        Problem problem(String field, String message) {
            Field at = root.get(field);
            return new Problem(file, at == null ? 1 : at.line(), field, message);
        }
    }

    /**
     * All runbooks by id, and everything that is wrong with them.
     *
     * @param fronts their front matter, for the stage that reads the drills in it
     */
    public record Loaded(Map<String, Runbook> runbooks, Map<String, Front> fronts, List<Problem> problems) {}

    /** Front matter, and the file that it is in. */
    public record Front(Path file, Field root) {}

    /**
     * Reads {@code folder}.
     *
     * @param rules those that must be linked, each to a runbook that names it
     * @param dashboards those that runbooks may name
     */
    public static Loaded load(Path folder, RuleLoader.RuleSet rules, DashboardFiles dashboards) {
        RunbookLoader loader = new RunbookLoader(dashboards);
        try (Stream<Path> list = Files.list(folder)) {
            list.filter(f -> f.toString().endsWith(".md"))
                    .filter(f -> !f.endsWith("README.md"))
                    .sorted()
                    .forEach(loader::read);
        } catch (IOException e) {
            loader.problems.add(Problem.unreadable(folder, e));
        }
        loader.match(folder, rules);
        Map<String, Front> fronts = new LinkedHashMap<>();
        loader.places.forEach((id, place) -> fronts.put(id, new Front(place.file(), place.root())));
        return new Loaded(Map.copyOf(loader.byId), Map.copyOf(fronts), List.copyOf(loader.problems));
    }

    private void read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            problems.add(Problem.unreadable(file, e));
            return;
        }
        Matcher front = FRONT_MATTER.matcher(text);
        if (!front.find()) {
            problems.add(new Problem(file, 1, "", "must start with front matter: a line ---, YAML, a line ---"));
            return;
        }
        YamlDocument.Parsed parsed = YamlDocument.parse(file, front.group(1), 2);
        if (parsed.root() != null) {
            Runbook runbook = runbook(file, parsed.root(), text.substring(front.end()));
            if (runbook != null) {
                byId.put(runbook.id(), runbook);
                places.put(runbook.id(), new Place(file, parsed.root()));
            }
        }
        problems.addAll(parsed.document().problems());
        headings(file, text.substring(front.end()), (int)
                text.substring(0, front.end()).lines().count());
    }

    private @Nullable Runbook runbook(Path file, Field root, String markdown) {
        root.allowOnly(FIELDS.toArray(String[]::new));
        Field schema = root.require("schema", "runbook/v1");
        if (schema != null && !"runbook/v1".equals(schema.text())) {
            schema.problem("must be runbook/v1");
        }
        Field id = root.require("id", "the file's name without .md");
        String name = Objects.requireNonNull(file.getFileName()).toString().replaceFirst("\\.md$", "");
        if (id != null && !name.equals(id.text())) {
            id.problem("must be the file's name, " + name);
        }
        Field title = root.require("title", "what is wrong, in a few words");
        Field alerts = root.require("alerts", "the alerts that link here, as [RpcHeadStalled]");
        Field severity = root.require("severity", "critical, warning or info: the highest of its rules");
        Field owner = root.require("owner", "team, slack, escalate_to, after");
        if (title == null || alerts == null || severity == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        alerts.items().forEach(item -> {
            String text = item.text();
            if (text != null) {
                names.add(text);
            }
        });
        if (names.isEmpty() && root.get(META) == null) {
            alerts.problem(
                    "must name at least one alert, as [RpcHeadStalled]; or name one of alert-rules/meta in " + META);
        }
        String level = severity.text();
        if (level != null && !SEVERITIES.contains(level)) {
            severity.problem("must be critical, warning or info: \"" + level + "\"");
        }
        Field reviewed = root.get("reviewed");
        if (reviewed != null) {
            var unused = reviewed.as(RunbookLoader::date);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        if (owner != null) {
            owner.texts().forEach((key, value) -> facts.put("owner " + key, value));
        }
        for (String fact : FACTS) {
            Field field = root.get(fact);
            String text = field == null ? null : field.text();
            if (text != null) {
                facts.put(fact, text);
            }
        }
        return new Runbook(
                name,
                Objects.requireNonNullElse(title.text(), name),
                names,
                Objects.requireNonNullElse(severity.text(), ""),
                facts,
                panels(root.get(DASHBOARDS)),
                markdown);
    }

    private List<Panel> panels(@Nullable Field named) {
        List<Panel> panels = new ArrayList<>();
        for (Field item : named == null ? List.<Field>of() : named.items()) {
            item.allowOnly("uid", "panel");
            Field uid = item.require("uid", "the uid of a dashboard in grafana/dashboards");
            Field title = item.require("panel", "the title of a panel in it");
            String dashboard = uid == null ? null : uid.text();
            String panel = title == null ? null : title.text();
            boolean known = !dashboards.panels().isEmpty();
            if (!known || uid == null || title == null || dashboard == null || panel == null) {
                continue;
            }
            Map<String, Panel> titles = dashboards.panels().get(dashboard);
            if (titles == null) {
                uid.problem("no dashboard has this uid: \"" + dashboard + "\"; there are "
                        + String.join(", ", dashboards.panels().keySet()));
            } else if (!titles.containsKey(panel)) {
                title.problem("no panel of " + dashboard + " has this title: \"" + panel + "\"; there are "
                        + String.join(", ", titles.keySet()));
            } else {
                panels.add(titles.get(panel));
            }
        }
        return panels;
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a date, as 2026-11-20: \"" + text + "\"", e);
        }
    }

    /** Headings as Markdown has them: a ## inside a block of code is none. */
    private void headings(Path file, String markdown, int linesBefore) {
        List<String> found = new ArrayList<>();
        Node document = MARKDOWN.parse(markdown);
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (!(node instanceof Heading heading) || heading.getLevel() != 2) {
                continue;
            }
            String title = TextContentRenderer.builder().build().render(heading).strip();
            found.add(title);
            Node next = heading.getNext();
            if (next == null || (next instanceof Heading following && following.getLevel() <= 2)) {
                problems.add(new Problem(file, linesBefore + line(heading), "", "## " + title + " has no text"));
            }
        }
        if (!found.equals(Runbook.HEADINGS)) {
            problems.add(new Problem(
                    file,
                    linesBefore + 1,
                    "",
                    "must have the headings ## " + String.join(", ## ", Runbook.HEADINGS) + " in this order; has "
                            + (found.isEmpty() ? "none" : "## " + String.join(", ## ", found))));
        }
    }

    private static int line(Node node) {
        return node.getSourceSpans().isEmpty()
                ? 1
                : node.getSourceSpans().get(0).getLineIndex() + 1;
    }

    private void match(Path folder, RuleLoader.RuleSet rules) {
        Map<String, Rule> byName = new HashMap<>();
        Map<String, String> highest = new HashMap<>();
        for (Rule rule : rules.rules()) {
            if (byName.put(rule.alert(), rule) != null) {
                // The same rule, for another probe.
                continue;
            }
            Runbook runbook = byId.get(rule.runbook());
            if (runbook == null) {
                Path missing = folder.resolve(rule.runbook() + ".md");
                Field source = rules.sources().get(rule.alert());
                problems.add(
                        source == null
                                ? new Problem(missing, 0, "", "is missing: the rule " + rule.alert() + " links to it")
                                : source.asProblem("the rule " + rule.alert() + " links to a runbook that is missing: "
                                        + missing));
            } else if (!runbook.alerts().contains(rule.alert())) {
                problems.add(place(runbook).problem("alerts", "must name " + rule.alert() + ", whose rule links here"));
            } else {
                highest.merge(runbook.id(), rule.severity(), RunbookLoader::higher);
            }
        }
        Set<String> claimed = new HashSet<>();
        for (Runbook runbook : byId.values()) {
            for (String alert : runbook.alerts()) {
                if (!byName.containsKey(alert)) {
                    problems.add(place(runbook).problem("alerts", "no rule is named " + alert));
                } else if (!claimed.add(alert)) {
                    problems.add(place(runbook).problem("alerts", alert + " has two runbooks; one is enough"));
                }
            }
            String severity = highest.get(runbook.id());
            if (severity != null && !severity.equals(runbook.severity())) {
                problems.add(place(runbook).problem("severity", "must be " + severity + ", the highest of its rules"));
            }
        }
    }

    private Place place(Runbook runbook) {
        return Objects.requireNonNull(places.get(runbook.id()));
    }

    private static String higher(String a, String b) {
        return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
    }
}
