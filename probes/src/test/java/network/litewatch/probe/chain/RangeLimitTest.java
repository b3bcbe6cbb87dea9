package network.litewatch.probe.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeLimitTest {
    /** What providers are known to answer, and the width that they offer; 0 when they offer none. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"code":-32005,"message":"query returned more than 10000 results. Try with this block range [0x10D4A9, 0x10D4B3]."} | 11
                    {"code":-32005,"message":"query returned more than 10000 results","data":{"from":"0x100","limit":10000,"to":"0x10f"}} | 16
                    {"code":-32005,"message":"query returned more than 10000 results"} | 0
                    {"code":-32602,"message":"Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0xc5dc00, 0xc614a7]"} | 14504
                    {"code":-32600,"message":"You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block range should work: [0x2710, 0x2903]"} | 500
                    {"code":-32602,"message":"range 1000000 exceeds limit of 10000"} | 10000
                    {"code":-32602,"message":"invalid params","data":{"error_id":"4ed94073","payload":"range 9009594 is bigger than range limit 2000"}} | 2000
                    {"code":-32602,"message":"query exceeds max block range 100000"} | 100000
                    {"code":-32603,"message":"eth_getLogs range is too large, max is 1k blocks"} | 1000
                    {"code":35,"message":"ranges over 10000 blocks are not supported on freetier"} | 10000
                    {"code":-32602,"message":"eth_getLogs is limited to 1024 block range. Please check the parameter requirements"} | 1024
                    {"code":-32602,"message":"query exceeds max results 20000, retry with the range 23879634-23879696"} | 63
                    {"code":-32614,"message":"eth_getLogs is limited to a 10,000 range"} | 10000
                    {"code":-32602,"message":"eth_getLogs is limited to a 5 range"} | 5
                    {"code":-32701,"message":"exceed maximum block range: 50000"} | 50000
                    {"code":-32000,"message":"logs matched by query exceeds limit of 10000"} | 0
                    {"code":-32000,"message":"requested too many blocks from 1 to 5000, maximum is set to 2048"} | 2048
                    {"code":-32047,"message":"Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"} | 800
                    {"code":-32062,"message":"Block range is too large"} | 0
                    {"code":-32008,"message":"Response is too big"} | 0
                    {"code":-32000,"message":"query timeout exceeded"} | 0
                    """)
    void knowsARangeThatIsTooWideAndWhatWouldDo(String body, long width) throws JsonProcessingException {
        JsonNode error = TargetJson.mapper().readTree(body);
        assertThat(RangeErrors.isRange(error)).isTrue();
        assertThat(RangeErrors.suggested(error)).isEqualTo(width == 0 ? OptionalLong.empty() : OptionalLong.of(width));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":-32005,\"message\":\"daily request count exceeded, request rate limited\"}",
                "{\"code\":-32005,\"message\":\"limit exceeded\"}",
                "{\"code\":-32000,\"message\":\"header not found\"}",
                "{\"code\":-32000,\"message\":\"invalid block range params\"}",
                "{\"code\":429,\"message\":\"Your app has exceeded its compute units per second capacity\"}",
                "{}"
            })
    void otherErrorsAreNoRangeErrors(String body) throws JsonProcessingException {
        assertThat(RangeErrors.isRange(TargetJson.mapper().readTree(body))).isFalse();
    }

    @Test
    void halvesWithoutASuggestionAndTakesOneThatIsNarrower() {
        RangeLimit start = new RangeLimit(1_000, 3);
        assertThat(start.refused(1_000, OptionalLong.empty()).blocks()).isEqualTo(500);
        assertThat(start.refused(1_000, OptionalLong.of(63)).blocks()).isEqualTo(63);
        // Reth suggests the very range that it has just refused.
        assertThat(start.refused(1_000, OptionalLong.of(1_000)).blocks()).isEqualTo(500);
        assertThat(start.refused(1, OptionalLong.empty()).blocks()).isEqualTo(1);
    }

    @Test
    void growsSlowlyAndOnlyByRangesOfFullWidth() {
        RangeLimit limit = new RangeLimit(8, 0);
        for (int i = 0; i < 100; i++) {
            limit = limit.accepted(7);
        }
        assertThat(limit.blocks()).isEqualTo(8);
        for (int i = 0; i < RangeLimit.PATIENCE; i++) {
            assertThat(limit.blocks()).isEqualTo(8);
            limit = limit.accepted(8);
        }
        assertThat(limit.blocks()).isEqualTo(10);
        RangeLimit most = new RangeLimit(RangeLimit.MOST, RangeLimit.PATIENCE - 1);
        assertThat(most.accepted(RangeLimit.MOST).blocks()).isEqualTo(RangeLimit.MOST);
    }
}
