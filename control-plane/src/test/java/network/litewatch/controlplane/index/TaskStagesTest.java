package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskStagesTest {
    private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachStepIsStampedByItsBlockAndItsMiner() {
        TaskStages stages = TaskStages.of(List.of(
                        event("TaskEnded", 30, "added", "0xh9"),
                        event("TaskCommitted", 25, "added", "0xh8", "0xA"),
                        event("TaskPrecommitted", 20, "added", "0xh7", "0xa"),
                        event("TaskAcked", 4, "added", "0xh4", "0xb"),
                        event("TaskAcked", 3, "added", "0xh3", "0xA"),
                        event("TaskAssigned", 2, "added", "0xh2", "0xA", "0xb"),
                        event("TaskQueued", 0, "added", "0xh1")))
                .orElseThrow();

        assertThat(stages.queued()).isEqualTo(T0);
        assertThat(stages.assigned()).isEqualTo(T0.plusSeconds(2));
        assertThat(stages.ended()).isEqualTo(T0.plusSeconds(30));
        assertThat(stages.miners())
                .containsEntry("0xa", new TaskStages.Steps(T0.plusSeconds(3), T0.plusSeconds(20), T0.plusSeconds(25)))
                .containsEntry("0xb", new TaskStages.Steps(T0.plusSeconds(4), null, null));
        assertThat(TaskStages.seconds(T0, T0.plusMillis(1_500))).hasValue(1.5);
        assertThat(TaskStages.seconds(T0, null)).isEmpty();
    }

    @Test
    void whatAReorgTookBackDoesNotCountAndWhatItBroughtBackDoes() {
        TaskStages stages = TaskStages.of(List.of(
                        event("TaskAcked", 3, "added", "0xgone", "0xa"),
                        event("TaskAcked", 3, "removed", "0xgone", "0xa"),
                        event("TaskAcked", 5, "added", "0xh5", "0xa"),
                        event("TaskQueued", 0, "added", "0xh1"),
                        event("TaskQueued", 0, "removed", "0xh1"),
                        event("TaskQueued", 0, "added", "0xh1")))
                .orElseThrow();

        assertThat(stages.queued()).isEqualTo(T0);
        assertThat(stages.miners()).containsEntry("0xa", new TaskStages.Steps(T0.plusSeconds(5), null, null));
        assertThat(TaskStages.of(
                        List.of(event("TaskQueued", 0, "added", "0xh1"), event("TaskQueued", 0, "removed", "0xh1"))))
                .isEmpty();
        assertThat(TaskStages.of(List.of())).isEmpty();
    }

    private static JsonNode event(String name, int second, String state, String block, String... addresses) {
        ObjectNode event =
                JSON.createObjectNode().put("@timestamp", T0.plusSeconds(second).toString());
        ObjectNode own = event.putObject("cortensor")
                .put("event", name)
                .put("state", state)
                .put("block_hash", block)
                .put("log_index", 0);
        for (String address : addresses) {
            own.withArray("addresses").add(address);
        }
        return event;
    }
}
