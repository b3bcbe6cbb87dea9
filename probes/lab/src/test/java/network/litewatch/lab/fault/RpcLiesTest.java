package network.litewatch.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;

final class RpcLiesTest {

    private static final int MISSING = -32000;

    @Test
    void aNodeThatKeepsTheNewestStatesGoesOnForgetting() throws Exception {
        RpcLies.Lie lie = pruned("{\"keep\":64}");
        assertThat(error(lie, balance(10))).as("no head was shown yet").isZero();
        told(lie, "{\"method\":\"eth_blockNumber\",\"params\":[]}", "0x64");

        assertThat(error(lie, balance(35))).isEqualTo(MISSING);
        assertThat(error(lie, balance(36))).isZero();
        assertThat(error(lie, "{\"method\":\"eth_getBalance\",\"params\":[\"0x0\",\"latest\"]}"))
                .isZero();
        assertThat(error(lie, "{\"method\":\"eth_getBlockByNumber\",\"params\":[\"0x1\",false]}"))
                .as("a block is no state")
                .isZero();

        told(lie, "{\"method\":\"eth_blockNumber\",\"params\":[]}", "0x65");
        told(lie, "{\"method\":\"eth_blockNumber\",\"params\":[]}", "0x2");
        assertThat(error(lie, balance(36))).as("its head rose").isEqualTo(MISSING);
        assertThat(error(lie, balance(37))).isZero();
    }

    @Test
    void stateBeforeABlockIsGoneWhateverTheHead() throws Exception {
        RpcLies.Lie lie = pruned("{\"before\":20}");

        assertThat(error(lie, balance(19))).isEqualTo(MISSING);
        assertThat(error(lie, balance(20))).isZero();
    }

    @Test
    void oneOfTheTwoSaysWhatIsGone() {
        assertThatThrownBy(() -> pruned("{\"before\":20,\"keep\":64}"))
                .hasMessage("args.keep: before says already which state is gone");
        assertThatThrownBy(() -> pruned("{\"keep\":0}")).hasMessageContaining("args.keep");
    }

    private static RpcLies.Lie pruned(String args) throws Exception {
        return Objects.requireNonNull(RpcLies.KINDS.get("rpc.pruned")).apply(Json.MAPPER.readTree(args));
    }

    private static String balance(long block) {
        return "{\"method\":\"eth_getBalance\",\"params\":[\"0x0\",\"0x" + Long.toHexString(block) + "\"]}";
    }

    /** The code of the error that {@code call} gets; 0 without one. */
    private static int error(RpcLies.Lie lie, String call) throws Exception {
        return told(lie, call, "0x1").at("/error/code").asInt();
    }

    private static JsonNode told(RpcLies.Lie lie, String call, String result) throws Exception {
        ObjectNode answer = Json.object().put("result", result);
        lie.tell((ObjectNode) Json.MAPPER.readTree(call), answer);
        return answer;
    }
}
