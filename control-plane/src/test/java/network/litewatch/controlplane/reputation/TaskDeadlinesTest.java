package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.reputation.TaskDeadlines.Counts;
import network.litewatch.controlplane.reputation.TaskDeadlines.Kind;
import org.junit.jupiter.api.Test;

class TaskDeadlinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SELF = "0x00000000000000000000000000000000000000Aa";
    private static final String OTHER = "0x00000000000000000000000000000000000000bb";
    private final List<JsonNode> events = new ArrayList<>();

    @Test
    void stepsInTimeAreKept() {
        assigned(SELF, OTHER);
        event("TaskAcked", 10, SELF);
        event("TaskPrecommitted", 60, SELF);
        event("TaskCommitted", 299, SELF);

        assertThat(user()).isEqualTo(new Counts(3, 0, 0, 0));
    }

    @Test
    void whatIsLateOrNeverCameIsChargedWhereAnotherNodeWasInTime() {
        assigned(SELF, OTHER);
        event("TaskAcked", 10, OTHER);
        event("TaskAcked", 61, SELF);
        event("TaskPrecommitted", 60, OTHER);
        // Nobody commits: that is not this node's alone.

        assertThat(user()).isEqualTo(new Counts(0, 2, 0, 0));
    }

    @Test
    void aTaskOfOneNodeOrOfOthersSaysNothing() {
        assigned(SELF);
        event("TaskAcked", 10, SELF);
        assertThat(user()).isEqualTo(Counts.NONE);

        events.clear();
        assigned(OTHER, "0x00000000000000000000000000000000000000cc");
        event("TaskAcked", 10, OTHER);
        assertThat(user()).isEqualTo(Counts.NONE);
    }

    @Test
    void whatAReorgTookBackDidNotHappen() {
        assigned(SELF, OTHER);
        event("TaskAcked", 10, SELF);
        ObjectNode removed = events.get(events.size() - 1).deepCopy();
        removed.withObject("/cortensor").put("state", "removed");
        events.add(removed);
        event("TaskAcked", 20, OTHER);

        assertThat(user()).isEqualTo(new Counts(0, 1, 0, 0));
    }

    @Test
    void ofNetworkTasksPrecommitsCountWhenever() {
        event("SessionStarted", 0, SELF, OTHER);
        event("SessionPrecommitted", 20, OTHER);
        event("SessionPrecommitted", 1_000, SELF);
        event("SessionCommitted", 100, OTHER);

        assertThat(new TaskDeadlines(Formula.DEADLINES.windows()).judge(Kind.NETWORK, SELF, events))
                .isEqualTo(new Counts(0, 2, 1, 1));
    }

    private Counts user() {
        return Formula.DEADLINES.judge(Kind.USER, SELF, events);
    }

    private void assigned(String... nodes) {
        event("TaskAssigned", 0, nodes);
    }

    private void event(String name, int second, String... nodes) {
        ObjectNode event = JSON.createObjectNode()
                .put("@timestamp", Pieces.T0.plusSeconds(second).toString());
        ObjectNode own = event.putObject("cortensor")
                .put("event", name)
                .put("state", "added")
                .put("block_hash", "0x" + second)
                .put("log_index", events.size());
        for (String node : nodes) {
            own.withArray("addresses").add(node.toLowerCase(java.util.Locale.ROOT));
        }
        events.add(event);
    }
}
