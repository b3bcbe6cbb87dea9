package network.litewatch.lab;

import static network.litewatch.lab.SmallLab.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Bytes32;

/** What a rollup leaves on its parent chain and what it does not, in a lab of one miner. */
final class RollupFaultsIT {

    // Where the first contract of the operator is, on any fresh chain.
    private static final String CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
    // The selector, six words before the data and its length: where a batch's first byte is in 0x and hex digits.
    private static final int HEADER = 2 + 8 + 7 * 64;

    @RegisterExtension
    static final SmallLab LAB = new SmallLab();

    @Test
    void batchesCarryTheirDataUntilItIsOver() throws Exception {
        soon().until(() -> newestBatch().startsWith("88", HEADER));
        String fault = inject("rollup.data", "{}");
        assertThatThrownBy(() -> inject("rollup.data", "{}")).hasMessageContaining("in effect there already");
        soon().until(() -> newestBatch().startsWith("00", HEADER));
        LAB.end(fault);
        soon().until(() -> newestBatch().startsWith("88", HEADER));
    }

    @Test
    void nothingIsConfirmedUntilItIsOver() throws Exception {
        soon().until(() -> firstChild() == 0);
        long before = LAB.parent().blockNumber();
        String fault = inject("rollup.no-confirmations", "{\"blocks\":120}");
        assertThat(LAB.parent().blockNumber()).isGreaterThanOrEqualTo(before + 120);
        assertThat(firstChild()).isBetween(before, before + 10);
        LAB.end(fault);
        soon().until(() -> firstChild() == 0);
    }

    @Test
    void nothingIsAssertedUntilItIsOver() throws Exception {
        String fault = inject("rollup.no-assertions", "{}");
        Object last = latestConfirmed();
        String batch = newestBatch();
        soon().until(() -> !newestBatch().equals(batch));
        // What was sent before the fault may have come with the first batch after it.
        Object then = latestConfirmed();
        String next = newestBatch();
        soon().until(() -> !newestBatch().equals(next));
        assertThat(latestConfirmed()).as("after %s", last).isEqualTo(then);
        LAB.end(fault);
        soon().until(() -> !latestConfirmed().equals(then));
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        assertThatThrownBy(() -> inject("rollup.no-confirmations", "{\"blocks\":401}"))
                .hasMessageContaining("status=400")
                .hasMessageContaining("args.blocks: expected a whole number from 1 to 400");
        assertThatThrownBy(() -> inject("rollup.data", "{\"share\":1}")).hasMessageContaining("args.share: unknown");
    }

    private static String inject(String type, String args) throws Exception {
        return LAB.inject(type, "rollup", args);
    }

    /** The input of the newest transaction with a batch; empty when none is near the head. */
    private static String newestBatch() {
        long head = LAB.parent().blockNumber();
        for (long number = head; number > Math.max(0, head - 200); number--) {
            JsonNode block = LAB.parent()
                    .call(
                            "eth_getBlockByNumber",
                            Json.MAPPER.getNodeFactory().textNode("0x" + Long.toHexString(number)),
                            Json.MAPPER.getNodeFactory().booleanNode(true));
            for (JsonNode transaction : block.path("transactions")) {
                String input = transaction.path("input").asText();
                if (CONTRACT.equalsIgnoreCase(transaction.path("to").asText()) && input.length() > HEADER) {
                    return input;
                }
            }
        }
        return "";
    }

    private static Bytes32 latestConfirmed() {
        var latest = new Function("latestConfirmed", List.of(), List.of(TypeReference.create(Bytes32.class)));
        return (Bytes32) LAB.parent().read(CONTRACT, latest).get(0);
    }

    /** The block of the oldest assertion that is not confirmed; 0 when all are. */
    private static long firstChild() {
        var assertion = new Function("getAssertion", List.of(latestConfirmed()), List.of());
        return Long.decode("0x"
                + LAB.parent().readRaw(CONTRACT, assertion).substring(2, 66).replaceFirst("^0+(?=.)", ""));
    }
}
