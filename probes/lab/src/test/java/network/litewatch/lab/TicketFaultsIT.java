package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.litewatch.lab.chain.Tickets;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.utils.Numeric;

/** Retryable tickets that nobody redeems, in a lab of one miner. */
final class TicketFaultsIT {

    private static final long DAY = Duration.ofDays(1).toSeconds();

    @RegisterExtension
    static final SmallLab LAB = new SmallLab();

    @Test
    void aTicketIsAsOldAsWasAskedForAndGoneAfterwards() throws Exception {
        String first = inject("{\"days\":5.5}");
        assertThat(left(1)).isBetween(3 * DAY / 2 - 60, 3 * DAY / 2);
        String second = inject("{}");
        assertThat(left(2)).isBetween(5 * DAY - 60, 5 * DAY);
        LAB.end(first);
        assertThat(timeout(1).isMissingNode()).isTrue();
        assertThat(left(2)).isPositive();
        LAB.end(second);
        assertThat(timeout(2).isMissingNode()).isTrue();
        String again = inject("{\"days\":0}");
        assertThat(left(3)).isBetween(7 * DAY - 60, 7 * DAY);
        LAB.end(again);
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        assertThatThrownBy(() -> inject("{\"days\":7}"))
                .hasMessageContaining("status=400")
                .hasMessageContaining("args.days: expected a number from 0.0 to 6.5");
        assertThatThrownBy(() -> inject("{\"age\":1}")).hasMessageContaining("args.age: unknown; known: [days]");
    }

    private static String inject(String args) throws Exception {
        return LAB.inject("ticket.unredeemed", "tickets", args);
    }

    /** Seconds that the ticket with this number has left at the head. */
    private static long left(int number) throws Exception {
        JsonNode head = LAB.http().rpc("rpc-a", "eth_getBlockByNumber", "[\"latest\",false]");
        return Numeric.toBigInt(timeout(number).asText()).longValueExact()
                - Long.decode(head.path("timestamp").asText());
    }

    /** When it ends; missing when there is no such ticket. */
    private static JsonNode timeout(int number) throws Exception {
        byte[] id = new byte[32];
        id[31] = (byte) number;
        var timeout = new Function("getTimeout", List.of(new Bytes32(id)), List.of());
        String call = Json.MAPPER.writeValueAsString(
                Map.of("to", Tickets.PRECOMPILE, "data", FunctionEncoder.encode(timeout)));
        return LAB.http().rpc("rpc-a", "eth_call", "[" + call + ",\"latest\"]");
    }
}
