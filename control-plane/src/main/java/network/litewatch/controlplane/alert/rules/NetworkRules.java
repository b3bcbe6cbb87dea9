package network.litewatch.controlplane.alert.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Condition;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Scope;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import org.jspecify.annotations.Nullable;

/** What networks' files change of rules: other limits and severities, or none of the rule at all. */
public final class NetworkRules {
    private final Map<String, List<Rule>> byAlert;
    private final Map<String, Set<NetworkId>> left = new HashMap<>();
    private final List<Rule> own = new ArrayList<>();

    private NetworkRules(List<Rule> rules) {
        this.byAlert = rules.stream().collect(Collectors.groupingBy(Rule::alert));
    }

    /**
     * {@code rules} as {@code changes} leave them; what is wrong with these becomes problems of their files.
     *
     * @param changes the section {@code rules} of networks' files
     */
    public static List<Rule> apply(List<Rule> rules, Map<NetworkId, Field> changes) {
        NetworkRules changed = new NetworkRules(rules);
        changes.forEach((network, section) -> section.fields().forEach((alert, field) -> {
            List<Rule> of = changed.byAlert.getOrDefault(alert, List.of());
            if (of.isEmpty()) {
                field.problem("is no alert; alerts: " + new TreeSet<>(changed.byAlert.keySet()));
            } else {
                changed.change(network, alert, of, field);
            }
        }));
        List<Rule> all = new ArrayList<>();
        for (Rule rule : rules) {
            Set<NetworkId> except = changed.left.getOrDefault(rule.alert(), Set.of());
            all.add(except.isEmpty() ? rule : rule.within(rule.scope().without(except)));
        }
        all.addAll(changed.own);
        return List.copyOf(all);
    }

    private void change(NetworkId network, String alert, List<Rule> of, Field field) {
        field.allowOnly("expr", "for", "keep_firing_for", "severity", "off");
        Field off = field.get("off");
        if (field.fields().isEmpty()) {
            field.problem("changes nothing: write expr, for, keep_firing_for, severity, or off with a reason");
        } else if (off != null) {
            String reason = off.text();
            if (reason == null || reason.isBlank() || reason.equals("true")) {
                off.problem("must say why the rule is off in this network");
            } else if (field.fields().size() > 1) {
                off.problem("leaves nothing else to change");
            }
        } else {
            of.forEach(rule -> {
                Rule changed = changed(rule, network, field);
                if (changed != null) {
                    own.add(changed);
                }
            });
        }
        left.computeIfAbsent(alert, a -> new HashSet<>()).add(network);
    }

    private static @Nullable Rule changed(Rule rule, NetworkId network, Field field) {
        Field expr = field.get("expr");
        Condition condition = expr == null ? rule.condition() : RuleLoader.compiled(expr, rule.probe());
        Duration hold = field.get("for") == null ? rule.holdFor() : RuleLoader.duration(field, "for");
        Duration keep = field.get("keep_firing_for") == null
                ? rule.keepFiringFor()
                : RuleLoader.duration(field, "keep_firing_for");
        Map<String, String> labels = new HashMap<>(rule.labels());
        Field severity = field.get("severity");
        if (severity != null) {
            labels.put("severity", Objects.requireNonNullElse(severity.as(RuleLoader::severity), rule.severity()));
        }
        return condition == null || hold == null || keep == null
                ? null
                : rule.with(condition, hold, keep, labels, Scope.only(network));
    }
}
