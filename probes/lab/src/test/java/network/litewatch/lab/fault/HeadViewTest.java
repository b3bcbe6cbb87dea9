package network.litewatch.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeadViewTest {

    private final HeadView view = new HeadView(100, 96, 92);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            eth_getBlockByNumber | ["latest",false]            | ["0x64",false]
            eth_getBlockByNumber | ["safe",false]              | ["0x60",false]
            eth_getBlockByNumber | ["finalized",true]          | ["0x5c",true]
            eth_getBlockByNumber | ["0x7",true]                | ["0x7",true]
            eth_getBalance       | ["0xabc","pending"]         | ["0xabc","0x64"]
            eth_getBalance       | ["0xabc"]                   | ["0xabc","0x64"]
            eth_getStorageAt     | ["0xabc","0x0","latest"]    | ["0xabc","0x0","0x64"]
            eth_getLogs          | [{"fromBlock":"0x1"}]       | [{"fromBlock":"0x1","toBlock":"0x64"}]
            eth_getLogs          | [{"fromBlock":"0x1","toBlock":"0x70"}] | [{"fromBlock":"0x1","toBlock":"0x64"}]
            eth_getLogs          | [{"blockHash":"0x1"}]       | [{"blockHash":"0x1"}]
            eth_chainId          | []                          | []
            """)
    void tagsMeanTheViewsBlocks(String method, String before, String after) throws Exception {
        ObjectNode request = Json.object().put("method", method);
        request.set("params", Json.MAPPER.readTree(before));
        view.rewriteRequest(request);
        assertThat(request.path("params")).isEqualTo(Json.MAPPER.readTree(after));
    }

    @Test
    void theHeightIsTheViewsAndErrorsPass() {
        ObjectNode answer = Json.object().put("id", 7).put("result", "0x70");
        view.rewriteAnswer("eth_blockNumber", answer);
        assertThat(answer.path("result").asText()).isEqualTo("0x64");
        ObjectNode error = Json.object().put("id", 7);
        error.putObject("error").put("code", -32000);
        ObjectNode same = error.deepCopy();
        view.rewriteAnswer("eth_blockNumber", error);
        assertThat(error).isEqualTo(same);
    }

    @Test
    void blocksPastTheHeadAreNotThere() {
        ObjectNode answer = Json.object();
        answer.putObject("result").put("number", "0x65");
        view.rewriteAnswer("eth_getBlockByNumber", answer);
        assertThat(answer.path("result").isNull()).isTrue();
    }

    @Test
    void ofTwoFaultsTheOlderViewCounts() {
        assertThat(view.olderOf(new HeadView(120, 90, 99))).isEqualTo(new HeadView(100, 90, 92));
        assertThat(view.back(95)).isEqualTo(new HeadView(5, 1, 0));
    }
}
