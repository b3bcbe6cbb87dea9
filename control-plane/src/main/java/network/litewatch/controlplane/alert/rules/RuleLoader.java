package network.litewatch.controlplane.alert.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.alert.Condition;
import network.litewatch.controlplane.alert.NoData;
import network.litewatch.controlplane.alert.Possible;
import network.litewatch.controlplane.alert.Quorum;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Scope;
import network.litewatch.controlplane.alert.Template;
import network.litewatch.controlplane.alert.incident.Dependencies;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/** Turns parsed rule files into rules. A set with any problem gives no rules at all: half a rule set is worse than the old. */
public final class RuleLoader {
    private static final Set<String> SEVERITIES = Set.of("critical", "warning", "info");

    private static final String ALL_BUT = "all_but";

    /** The longest window that any signal has: nobody could say of an older state what it was made of. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Set<ProbeId> probes;
    private final Map<String, Field> seen = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Field> sources = new HashMap<>();

    /**
     * All rules, or all problems; never both.
     *
     * @param sources the field {@code runbook} of each rule by the name of its alert, for whoever checks what it links to
     */
    public record RuleSet(List<Rule> rules, Map<String, Field> sources, List<Problem> problems) {}

    private RuleLoader(Set<ProbeId> probes) {
        this.probes = probes;
    }

    /** Reads {@code files}, whose rules may name {@code probes} and nothing else. */
    public static RuleSet load(Collection<YamlDocument.Parsed> files, Set<ProbeId> probes) {
        RuleLoader loader = new RuleLoader(probes);
        List<Problem> problems = new ArrayList<>();
        for (YamlDocument.Parsed file : files) {
            if (file.root() != null) {
                loader.file(file.root());
            }
            problems.addAll(file.document().problems());
        }
        return problems.isEmpty()
                ? new RuleSet(loader.rules, loader.sources, List.of())
                : new RuleSet(List.of(), Map.of(), problems);
    }

    private void file(Field root) {
        root.allowOnly("groups");
        Field groups = root.require("groups", "a list of rule groups");
        for (Field group : groups == null ? List.<Field>of() : groups.items()) {
            group.allowOnly("name", "rules");
            String name = text(group, "name", "the group's name");
            Field items = group.require("rules", "a list of rules");
            for (Field item : items == null ? List.<Field>of() : items.items()) {
                rule(name == null ? "" : name, item);
            }
        }
    }

    private void rule(String group, Field item) {
        item.allowOnly(
                "alert",
                "probe",
                "expr",
                "for",
                "keep_firing_for",
                "labels",
                "annotations",
                "vantages",
                "no_data",
                Dependencies.DOWN,
                Dependencies.DEPENDS_ON);
        String alert = text(item, "alert", "the alert's name");
        if (alert != null && !alert.matches("[A-Z][A-Za-z0-9]{2,63}")) {
            item.problem("alert names are CamelCase letters and digits, as RpcHeadStalled: \"" + alert + "\"");
        }
        if (alert != null) {
            Field before = seen.putIfAbsent(alert, item);
            if (before != null) {
                item.problem("the alert " + alert + " is already defined at line " + before.line());
            }
        }
        Map<ProbeId, Condition> conditions = conditions(item, probes(item));
        Duration holdFor = duration(item, "for");
        Duration keepFiringFor = duration(item, "keep_firing_for");
        Field vantages = item.get("vantages");
        Optional<Quorum> quorum = vantages == null ? Optional.empty() : Optional.ofNullable(vantages.as(Quorum::parse));
        Field absent = item.get("no_data");
        NoData noData = absent == null ? NoData.KEEP : absent.as(NoData::parse);
        Map<String, String> labels = labels(item);
        labels.putAll(dependencies(item));
        Map<String, Template> annotations = annotations(item);
        if (alert != null && !conditions.isEmpty() && holdFor != null && keepFiringFor != null && noData != null) {
            Field texts = item.get("annotations");
            Field runbook = texts == null ? null : texts.get("runbook");
            sources.put(alert, runbook == null ? item : runbook);
            conditions.forEach((probe, condition) -> rules.add(new Rule(
                    alert,
                    group,
                    probe,
                    condition,
                    holdFor,
                    keepFiringFor,
                    labels,
                    annotations,
                    quorum,
                    noData,
                    Scope.EVERYWHERE)));
        }
    }

    /** The probe of a rule, the probes of a list, or all but those of a list; empty, with a problem, when one of them is none. */
    private List<ProbeId> probes(Field item) {
        Field field = item.require(
                "probe", "the probe whose signals the rule reads, as rpc.head; or a list of them; or {all_but: [...]}");
        if (field == null) {
            return List.of();
        }
        return field.isMap() ? allBut(field) : named(field);
    }

    /** Every probe that there is, those of later days too, without the ones that {@code field} names. */
    private List<ProbeId> allBut(Field field) {
        field.allowOnly(ALL_BUT);
        Field but = field.require(ALL_BUT, "the probes that the rule does not judge");
        List<ProbeId> without = but == null ? List.of() : named(but);
        return without.isEmpty()
                ? List.of()
                : probes.stream()
                        .filter(probe -> !without.contains(probe))
                        .sorted(Comparator.comparing(ProbeId::value))
                        .toList();
    }

    private List<ProbeId> named(Field field) {
        List<Field> fields = field.isList() ? field.items() : List.of(field);
        if (fields.isEmpty()) {
            field.problem("must name at least one probe");
        }
        List<ProbeId> found = new ArrayList<>();
        for (Field one : fields) {
            ProbeId probe = probe(one);
            if (probe != null && found.contains(probe)) {
                one.problem("names " + probe + " twice");
            } else if (probe != null) {
                found.add(probe);
            }
        }
        return found.size() == fields.size() ? found : List.of();
    }

    /** The condition of a rule for each of its probes; empty, with a problem, when it does not fit one of them. */
    private static Map<ProbeId, Condition> conditions(Field item, List<ProbeId> probes) {
        Map<ProbeId, Condition> conditions = new LinkedHashMap<>();
        for (ProbeId probe : probes) {
            Condition condition = condition(item, probe);
            if (condition == null) {
                return Map.of();
            }
            conditions.put(probe, condition);
        }
        return conditions;
    }

    private @Nullable ProbeId probe(Field field) {
        ProbeId probe = field.as(ProbeId::new);
        if (probe != null && !probes.contains(probe)) {
            field.problem("\"" + probe + "\" is no probe; probes: "
                    + new TreeSet<>(probes.stream().map(ProbeId::value).toList()));
            return null;
        }
        return probe;
    }

    private static @Nullable Condition condition(Field item, ProbeId probe) {
        Field field = item.require("expr", "a CEL expression over signals, as rpc_head_lag_seconds > 10");
        return field == null ? null : compiled(field, probe);
    }

    /** The condition that {@code field} is; null, and problems, when it is none over signals of {@code probe}. */
    static @Nullable Condition compiled(Field field, ProbeId probe) {
        String text = field.text();
        if (text == null) {
            return null;
        }
        Condition.Compiled compiled = Condition.compile(text, probe);
        for (Condition.Flaw flaw : compiled.flaws()) {
            field.problem(
                    flaw.message() + " (line " + flaw.line() + ", column " + flaw.column() + " of the expression)");
        }
        Condition condition = compiled.condition().orElse(null);
        if (condition != null) {
            Possible.flaw(condition).ifPresent(field::problem);
        }
        return condition;
    }

    static @Nullable Duration duration(Field item, String key) {
        Field field = item.get(key);
        Duration duration = field == null ? Duration.ZERO : field.as(Durations::parse);
        if (field != null && duration != null && duration.compareTo(LONGEST) > 0) {
            field.problem("is longer than " + Durations.format(LONGEST) + ", for which the signals' own past is kept");
        }
        return duration;
    }

    private static Map<String, String> labels(Field item) {
        Field field = item.require("labels", "at least severity");
        if (field == null) {
            return new LinkedHashMap<>();
        }
        Field severity = field.require("severity", "critical, warning or info");
        if (severity != null) {
            severity.as(RuleLoader::severity);
        }
        Map<String, String> labels = new LinkedHashMap<>(field.texts());
        for (String name : List.of(Dependencies.DOWN, Dependencies.DEPENDS_ON)) {
            if (labels.containsKey(name)) {
                field.problem("must not have " + name + ", which is a field of the rule itself");
            }
        }
        return labels;
    }

    /** Throws {@link IllegalArgumentException} when {@code text} is none. */
    static String severity(String text) {
        if (!SEVERITIES.contains(text)) {
            throw new IllegalArgumentException("must be critical, warning or info: \"" + text + "\"");
        }
        return text;
    }

    /** What a rule says of who hangs on its targets, and on what they hang, as labels of its alerts. */
    private static Map<String, String> dependencies(Field item) {
        Map<String, String> labels = new LinkedHashMap<>();
        Field down = item.get(Dependencies.DOWN);
        if (down != null && Objects.equals(down.text(), "true")) {
            labels.put(Dependencies.DOWN, "true");
        } else if (down != null) {
            down.problem("must be true, or be left out: whether its targets are of no use to what depends on them");
        }
        Field on = item.get(Dependencies.DEPENDS_ON);
        List<String> names = new ArrayList<>();
        for (Field name : on == null ? List.<Field>of() : on.items()) {
            String text = name.text();
            if (text != null && !Dependencies.NAMES.contains(text)) {
                name.problem("must be one of " + Dependencies.NAMES + ", labels of a target that name another: \""
                        + text + "\"");
            } else if (text != null) {
                names.add(text);
            }
        }
        if (!names.isEmpty()) {
            labels.put(Dependencies.DEPENDS_ON, String.join(" ", names));
        }
        return labels;
    }

    private static Map<String, Template> annotations(Field item) {
        Map<String, Template> annotations = new LinkedHashMap<>();
        Field field = item.require("annotations", "at least summary and runbook");
        if (field == null) {
            return annotations;
        }
        field.require("summary", "one line that names the symptom");
        field.require("runbook", "the id of the runbook, as rpc-head-stalled");
        field.fields().forEach((name, value) -> {
            Template template = value.as(Template::new);
            if (template != null) {
                annotations.put(name, template);
            }
        });
        return annotations;
    }

    private static @Nullable String text(Field parent, String key, String hint) {
        Field field = parent.require(key, hint);
        return field == null ? null : field.text();
    }
}
