package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DrilledIncidentTest {
    private static final Map<String, String> LABELS = Map.of("kind", "rpc", "network", "lab", "severity", "critical");
    private static final Map<String, String> BOOK = Map.of("runbook", "rpc-head-stalled");

    @Test
    void aDrillIsAnIncidentOfItsOwn() {
        GroupKey real = GroupKey.of("RpcHeadStalled", LABELS, BOOK);
        GroupKey one = GroupKey.of("RpcHeadStalled", with("freeze-head-1"), BOOK);
        GroupKey other = GroupKey.of("RpcHeadStalled", with("freeze-head-2"), BOOK);

        assertThat(real.drill()).isEmpty();
        assertThat(one.drill()).contains("freeze-head-1");
        assertThat(one.failure()).isEqualTo("rpc-head-stalled (drill freeze-head-1)");
        assertThat(one).isNotEqualTo(real).isNotEqualTo(other);
        assertThat(one.value()).isNotEqualTo(real.value());
    }

    @Test
    void aLabelThatAStrangerSentIsNoOtherRun() {
        GroupKey odd = GroupKey.of("Odd", with("a) (drill b"), BOOK);

        assertThat(odd.drill().orElseThrow()).doesNotContain(" ");
    }

    private static Map<String, String> with(String run) {
        java.util.Map<String, String> labels = new java.util.HashMap<>(LABELS);
        labels.put(GroupKey.DRILL, run);
        return labels;
    }
}
