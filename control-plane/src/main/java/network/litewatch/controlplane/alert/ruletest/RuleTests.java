package network.litewatch.controlplane.alert.ruletest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/** Runs files of rule tests, and asks of them that every rule is tested. */
public final class RuleTests {
    private RuleTests() {}

    /**
     * What came of it.
     *
     * @param tests how many there are
     * @param rules how many rules they are of
     * @param problems files that cannot be read, expectations that did not come true, rules that are not tested or do not say what no data means
     */
    public record Result(int tests, int rules, List<Problem> problems) {
        public Result {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Runs {@code testFiles} over {@code ruleFiles}, which must be good, and whose rules may name {@code probes}. As long as a
     * test fails it is not asked whether every rule is tested: what failed shows nothing.
     */
    public static Result run(
            Collection<YamlDocument.Parsed> testFiles, Collection<YamlDocument.Parsed> ruleFiles, Set<ProbeId> probes) {
        Map<Path, List<Rule>> known = new TreeMap<>();
        for (YamlDocument.Parsed file : ruleFiles) {
            known.put(
                    RuleTestReader.path(file.document().file()),
                    RuleLoader.load(List.of(file), probes).rules());
        }
        RuleLoader.RuleSet all = RuleLoader.load(ruleFiles, probes);
        List<Problem> problems = new ArrayList<>();
        Coverage coverage = new Coverage();
        Set<String> tested = new HashSet<>();
        int tests = 0;
        for (YamlDocument.Parsed file : testFiles) {
            RuleTestReader.Read read = RuleTestReader.read(file, known);
            problems.addAll(read.problems());
            for (RuleTest test : read.tests()) {
                RuleTestRun run = RuleTestRun.of(test);
                List<Problem> failed = run.problems();
                problems.addAll(failed);
                if (failed.isEmpty()) {
                    coverage.add(run);
                }
                tested.addAll(test.alerts());
                tests++;
            }
        }
        if (problems.isEmpty()) {
            problems.addAll(untested(ruleFiles, all.rules(), coverage));
        }
        return new Result(tests, tested.size(), problems);
    }

    private static List<Problem> untested(
            Collection<YamlDocument.Parsed> ruleFiles, List<Rule> rules, Coverage coverage) {
        Map<String, YamlDocument.Field> items = items(ruleFiles);
        List<Problem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Rule rule : rules) {
            YamlDocument.Field item = items.get(rule.alert());
            if (!seen.add(rule.alert()) || item == null) {
                continue;
            }
            coverage.missing(rule)
                    .forEach(what ->
                            problems.add(item.asProblem("the tests of the rule " + rule.alert() + " lack " + what)));
            if (item.get("no_data") == null) {
                problems.add(item.asProblem("the rule " + rule.alert()
                        + " does not say what a missing signal means; write no_data: keep, resolve or fire"));
            }
        }
        return problems;
    }

    /** Where each rule stands, by the name of its alert. */
    private static Map<String, YamlDocument.Field> items(Collection<YamlDocument.Parsed> ruleFiles) {
        Map<String, YamlDocument.Field> items = new HashMap<>();
        for (YamlDocument.Parsed file : ruleFiles) {
            for (YamlDocument.Field group : list(file.root(), "groups")) {
                for (YamlDocument.Field item : list(group, "rules")) {
                    YamlDocument.Field alert = item.get("alert");
                    String name = alert == null ? null : alert.text();
                    if (name != null) {
                        items.put(name, item);
                    }
                }
            }
        }
        return items;
    }

    private static List<YamlDocument.Field> list(YamlDocument.@Nullable Field parent, String key) {
        YamlDocument.Field list = parent == null ? null : parent.get(key);
        return list == null ? List.of() : list.items();
    }
}
