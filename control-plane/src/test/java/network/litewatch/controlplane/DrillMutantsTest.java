package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;
import org.junit.jupiter.api.Test;

/** Each shipped drill's rules can be broken in each way, and then are others. */
class DrillMutantsTest {
    private static final Files FILES = ShippedFiles.load();
    private static final Map<String, String> UNDER = Map.of("drill", "run-1");

    @Test
    void aRuleThatIsOffJudgesNothingOfTheRunAndTheOthersDo() {
        for (Drill drill : FILES.drills().drills()) {
            assertThat(of(mutated(drill, Mode.RULE_OFF), UNDER))
                    .isNotEmpty()
                    .noneMatch(rule -> rule.alert().equals(drill.proves().alert()))
                    .hasSizeLessThan(FILES.rules().size());
        }
    }

    @Test
    void whatIsSeenOutsideOfTheRunIsJudgedAsBefore() {
        for (Drill drill : FILES.drills().drills()) {
            for (Mode mode : Mode.MUTANTS) {
                for (Map<String, String> labels : List.of(Map.<String, String>of(), Map.of("drill", "run-2"))) {
                    assertThat(of(mutated(drill, mode), labels))
                            .usingRecursiveFieldByFieldElementComparatorIgnoringFields("scope")
                            .isEqualTo(FILES.rules());
                }
            }
        }
    }

    @Test
    void ofTwoRunsThatBreakTheSameRuleEachBreaksItForItself() {
        Drill drill = FILES.drills().drills().get(0);
        List<Rule> rules = DrillMutants.of(
                FILES.rules(),
                List.of(
                        DrillRun.planned("run-1", drill, Mode.RULE_OFF, Instant.EPOCH),
                        DrillRun.planned("run-2", drill, Mode.RUNBOOK_BROKEN, Instant.EPOCH)));
        String alert = drill.proves().alert();

        assertThat(of(rules, UNDER)).noneMatch(rule -> rule.alert().equals(alert));
        assertThat(rule(of(rules, Map.of("drill", "run-2")), drill).runbook()).isEqualTo(DrillMutants.NOWHERE);
        assertThat(of(rules, Map.of()))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("scope")
                .isEqualTo(FILES.rules());
    }

    @Test
    void everyThresholdOfItIsFurtherAway() {
        for (Drill drill : FILES.drills().drills()) {
            Rule before = rule(FILES.rules(), drill);
            Rule after = rule(of(mutated(drill, Mode.THRESHOLD_TEN_TIMES), UNDER), drill);
            assertThat(after.condition().comparisons())
                    .hasSameSizeAs(before.condition().comparisons());
            for (int i = 0; i < before.condition().comparisons().size(); i++) {
                var was = before.condition().comparisons().get(i);
                var is = after.condition().comparisons().get(i);
                assertThat(is.operator()).isEqualTo(was.operator());
                if (was.operator().startsWith(">")) {
                    assertThat(is.threshold()).as(drill.id()).isGreaterThan(was.threshold());
                } else {
                    assertThat(is.threshold()).as(drill.id()).isLessThan(was.threshold());
                }
            }
        }
    }

    @Test
    void aBrokenLinkIsToNoRunbook() {
        for (Drill drill : FILES.drills().drills()) {
            assertThat(FILES.runbooks())
                    .doesNotContainKey(rule(of(mutated(drill, Mode.RUNBOOK_BROKEN), UNDER), drill)
                            .runbook());
        }
    }

    @Test
    void theOtherModesLeaveRulesAsTheyAre() {
        for (Mode mode : List.of(Mode.FAULT, Mode.NULL, Mode.ACTIONLESS, Mode.ROUTE_REMOVED, Mode.FAULT_EMPTY)) {
            assertThat(mutated(FILES.drills().drills().get(0), mode)).isEqualTo(FILES.rules());
            assertThat(DrillMutants.concerns(mode)).isFalse();
        }
    }

    /** Those of {@code rules} that judge what is seen in the lab with {@code labels}. */
    private static List<Rule> of(List<Rule> rules, Map<String, String> labels) {
        return rules.stream()
                .filter(rule -> rule.scope().drill().isEmpty()
                        || rule.scope().drill().get().equals(labels.get("drill")))
                .filter(rule -> !rule.scope().exceptDrills().contains(labels.getOrDefault("drill", "")))
                .toList();
    }

    private static List<Rule> mutated(Drill drill, Mode mode) {
        return DrillMutants.of(FILES.rules(), List.of(DrillRun.planned("run-1", drill, mode, Instant.EPOCH)));
    }

    private static Rule rule(List<Rule> rules, Drill drill) {
        return rules.stream()
                .filter(rule -> rule.alert().equals(drill.proves().alert()))
                .findFirst()
                .orElseThrow();
    }
}
