package network.litewatch.controlplane.bench.paging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlackStateTest {
    private static final Planted FAULT = Planted.INCIDENTS.get(0).get(0);

    /** A message of ours that was edited twice, the second time to say the same, and two of Alertmanager's. */
    private static final String STATE = """
            {"channels": [
              {"name": "ops-alerts", "messages": [
                {"ts": "1000.500000", "text": "[RESOLVED] RPC lab-rpc-b on lab fails", "edits": [
                  {"ts": "1010.000000", "text": "[CRITICAL] RPC lab-rpc-b on lab fails"},
                  {"ts": "1020.000000", "text": "[RESOLVED] RPC lab-rpc-b on lab fails"}]}]},
              {"name": "prometheus-for-0s", "messages": [
                {"ts": "1003.000001", "text": "", "attachments": [{"title": "firing lab-rpc-b"}], "edits": []},
                {"ts": "1013.000000", "text": "", "attachments": [{"title": "resolved lab-rpc-b"}], "edits": []}]}]}
            """;

    @Test
    void aTextStandsFromItsMessageOrFromTheEditThatBroughtIt() throws JsonProcessingException {
        SlackState state = state();

        assertThat(state.first("ops-alerts", Instant.EPOCH, text -> Side.LITEWATCH.tells(FAULT, text)))
                .contains(Instant.ofEpochMilli(1_000_500));
        assertThat(state.first("ops-alerts", Instant.EPOCH, text -> Side.LITEWATCH.ends(FAULT, text)))
                .contains(Instant.ofEpochSecond(1_010));
    }

    @Test
    void whatWasSaidBeforeDoesNotCount() throws JsonProcessingException {
        SlackState state = state();

        assertThat(state.first("ops-alerts", Instant.ofEpochSecond(1_001), text -> Side.LITEWATCH.tells(FAULT, text)))
                .isEmpty();
        assertThat(state.first("ops-alerts", Instant.ofEpochSecond(1_011), text -> Side.LITEWATCH.ends(FAULT, text)))
                .contains(Instant.ofEpochSecond(1_020));
    }

    @Test
    void alertmanagersMessagesAreReadByTheirTitle() throws JsonProcessingException {
        SlackState state = state();

        assertThat(state.first(Side.ONCE.channel(), Instant.EPOCH, text -> Side.ONCE.tells(FAULT, text)))
                .contains(Instant.ofEpochSecond(1_003, 1_000));
        assertThat(state.first(Side.ONCE.channel(), Instant.EPOCH, text -> Side.ONCE.ends(FAULT, text)))
                .contains(Instant.ofEpochSecond(1_013));
        assertThat(state.first(Side.THRICE.channel(), Instant.EPOCH, text -> true))
                .isEmpty();
    }

    private static SlackState state() throws JsonProcessingException {
        return new SlackState(new ObjectMapper().readTree(STATE));
    }
}
