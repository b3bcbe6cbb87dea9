package network.litewatch.probe.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsRangeProbeTest {
    private static final long HEAD = 1_000_000;

    private int asked;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5, 499, 500, 2_000, 9_999, 10_000})
    void findsTheLimitThatTheRpcDoesNotName(long limit) {
        Finding finding = run(HEAD, width -> width <= limit ? "" : "block range too large");

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements()).containsExactly(Map.entry(Measurement.RPC_LOGS_RANGE, (double) limit));
        assertThat(asked).isLessThanOrEqualTo(15);
    }

    @Test
    void believesTheLimitThatTheRpcNamesOnceItWasTaken() {
        Finding named = run(HEAD, width -> width <= 500 ? "" : "eth_getLogs is limited to a 500 range");
        assertThat(named.measurements()).containsEntry(Measurement.RPC_LOGS_RANGE, 500.0);
        assertThat(asked).isEqualTo(2);

        Finding wrong = run(HEAD, width -> width <= 60 ? "" : "eth_getLogs is limited to a 500 range");
        assertThat(wrong.measurements()).containsEntry(Measurement.RPC_LOGS_RANGE, 60.0);
    }

    @Test
    void allOfAShortChainIsNoLimit() {
        assertThat(run(40, width -> "").measurements()).containsEntry(Measurement.RPC_LOGS_RANGE, 10_000.0);
        assertThat(run(40, width -> width <= 10 ? "" : "block range too large").measurements())
                .containsEntry(Measurement.RPC_LOGS_RANGE, 10.0);
    }

    @Test
    void whatSaysNothingOfTheWidthEndsTheSearch() {
        Finding limited = run(HEAD, width -> "too many requests");
        assertThat(limited.outcome().reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(limited.measurements()).isEmpty();
        assertThat(asked).isEqualTo(1);

        assertThat(run(HEAD, width -> "block range too large").outcome())
                .isEqualTo(Outcome.inconclusive(Reason.RANGE_LIMIT, "not even one block is taken"));
    }

    /** Asks an RPC with that head, whose error for a width is {@code refusal}'s text, none when empty. */
    private Finding run(long head, Function<Long, String> refusal) {
        asked = 0;
        FakeExchanger exchanger = new FakeExchanger(request -> {
            JsonNode call = TargetJson.parse(request.json().orElseThrow()).orElseThrow();
            if (call.path("method").asText().equals("eth_blockNumber")) {
                return answer(call, "\"result\":\"" + Hex.quantity(head) + "\"");
            }
            asked++;
            JsonNode filter = call.path("params").path(0);
            long width = Hex.quantity(filter.path("toBlock")).orElseThrow()
                    - Hex.quantity(filter.path("fromBlock")).orElseThrow()
                    + 1;
            String text = refusal.apply(width);
            return answer(
                    call,
                    text.isEmpty() ? "\"result\":[]" : "\"error\":{\"code\":-32000,\"message\":\"" + text + "\"}");
        });
        Target target = new Target(
                new TargetId("rpc"),
                TargetKind.RPC,
                new NetworkId("net"),
                SecretUrl.parse("https://rpc.example"),
                Optional.empty(),
                Map.of(),
                Map.of());
        return new LogsRangeProbe(exchanger, System::nanoTime)
                .run(target, Duration.ofSeconds(5))
                .join();
    }

    private static HttpResult answer(JsonNode call, String rest) {
        return FakeExchanger.response(200, "{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + "," + rest + "}");
    }
}
