package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SocketEnvelopesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final UUID INCIDENT = new UUID(1, 1);

    private final List<Press> pressed = new ArrayList<>();
    private final SocketEnvelopes envelopes = new SocketEnvelopes(JSON, pressed::add);

    @Test
    void anEnvelopeThatComesAgainIsAckedAgainAndItsPressTakenOnce() throws Exception {
        assertThat(take("e1", "interactive", "t1")).isEqualTo("{\"envelope_id\":\"e1\"}");
        assertThat(take("e1", "interactive", "t1")).isEqualTo("{\"envelope_id\":\"e1\"}");

        assertThat(pressed).extracting(Press::incident).containsExactly(INCIDENT);
    }

    @Test
    void aPressThatComesAgainInAnotherEnvelopeIsTakenOnce() throws Exception {
        take("e1", "interactive", "t1");

        assertThat(take("e2", "interactive", "t1")).isEqualTo("{\"envelope_id\":\"e2\"}");

        assertThat(pressed).hasSize(1);
    }

    @Test
    void twoPressesAreTwo() throws Exception {
        take("e1", "interactive", "t1");
        take("e2", "interactive", "t2");
        take("e3", "interactive", "");
        take("e4", "interactive", "");

        assertThat(pressed).hasSize(4);
    }

    @Test
    void whatIsNoPressOfOursIsAckedSoThatItDoesNotComeAgain() throws Exception {
        assertThat(take("e1", "slash_commands", "t1")).isEqualTo("{\"envelope_id\":\"e1\"}");
        assertThat(envelopes.take(JSON.readTree("{\"envelope_id\":\"e2\",\"type\":\"interactive\",\"payload\":{}}")))
                .contains("{\"envelope_id\":\"e2\"}");

        assertThat(pressed).isEmpty();
    }

    @Test
    void whatIsNoEnvelopeIsNotAnswered() throws Exception {
        assertThat(envelopes.take(JSON.readTree("{\"type\":\"interactive\"}"))).isEmpty();
        assertThat(envelopes.take(JSON.readTree("[]"))).isEmpty();
        assertThat(envelopes.take(JSON.createObjectNode().put("envelope_id", "e".repeat(201))))
                .isEmpty();
    }

    private String take(String envelope, String type, String trigger) throws Exception {
        return envelopes
                .take(JSON.readTree("""
                        {"envelope_id":"%s","type":"%s","payload":{"type":"block_actions","trigger_id":"%s","user":{"id":"U1"},
                         "channel":{"id":"C1"},"actions":[{"action_id":"litewatch_ack","value":"%s"}]}}""".formatted(envelope, type, trigger, INCIDENT)))
                .orElseThrow();
    }
}
