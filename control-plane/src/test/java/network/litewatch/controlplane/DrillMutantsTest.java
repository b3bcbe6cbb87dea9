package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;
import org.junit.jupiter.api.Test;

/** Each shipped drill's rules can be broken in each way, and then are others. */
class DrillMutantsTest {
    private static final Files FILES = ShippedFiles.load();

    @Test
    void aRuleThatIsOffIsNotThereAndTheOthersAre() {
        for (Drill drill : FILES.drills().drills()) {
            assertThat(mutated(drill, Mode.RULE_OFF))
                    .isNotEmpty()
                    .noneMatch(rule -> rule.alert().equals(drill.proves().alert()))
                    .hasSizeLessThan(FILES.rules().size());
        }
    }

    @Test
    void everyThresholdOfItIsFurtherAway() {
        for (Drill drill : FILES.drills().drills()) {
            Rule before = rule(FILES.rules(), drill);
            Rule after = rule(mutated(drill, Mode.THRESHOLD_TEN_TIMES), drill);
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
                    .doesNotContainKey(
                            rule(mutated(drill, Mode.RUNBOOK_BROKEN), drill).runbook());
        }
    }

    @Test
    void theOtherModesLeaveRulesAsTheyAre() {
        for (Mode mode : List.of(Mode.FAULT, Mode.NULL, Mode.ACTIONLESS, Mode.ROUTE_REMOVED, Mode.FAULT_EMPTY)) {
            assertThat(mutated(FILES.drills().drills().get(0), mode)).isEqualTo(FILES.rules());
            assertThat(DrillMutants.concerns(mode)).isFalse();
        }
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
