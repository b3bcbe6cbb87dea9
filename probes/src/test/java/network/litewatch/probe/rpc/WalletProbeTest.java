package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WireTrace.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WalletProbeTest {
    private static final String ADDRESS = "0x" + "ab".repeat(20);

    @Test
    void readsBalanceAndBothCounts() {
        Finding finding = run(answers("0xde0b6b3a7640000", "0x7", "0xa"), Map.of());

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.WALLET_BALANCE, 1e18),
                        Map.entry(Measurement.WALLET_FLOOR_RATIO, 10.0),
                        Map.entry(Measurement.WALLET_NONCE, 7.0),
                        Map.entry(Measurement.WALLET_PENDING, 3.0));
    }

    @Test
    void theFloorIsTheWalletsOwn() {
        assertThat(run(answers("0xde0b6b3a7640000", "0x7", "0x7"), Map.of("floor", "4"))
                        .measurements())
                .containsEntry(Measurement.WALLET_FLOOR_RATIO, 0.25);
        assertThat(run(answers("0xde0b6b3a7640000", "0x7", "0x7"), Map.of("floor", "0"))
                        .measurements())
                .doesNotContainKey(Measurement.WALLET_FLOOR_RATIO);
    }

    @Test
    void aPendingCountBelowTheLatestIsNoNegativeNumber() {
        assertThat(run(answers("0x1", "0x7", "0x6"), Map.of()).measurements())
                .containsEntry(Measurement.WALLET_PENDING, 0.0);
    }

    @ParameterizedTest
    @CsvSource({
        "pizza, 0x1, 0x1, PATH_UNHEALTHY",
        "0x1, !-32603 oops, 0x1, PATH_UNHEALTHY",
        "0x1, 0x1, !-32005 limit, RATE_LIMITED"
    })
    void whatTheRpcDoesWrongIsNotTheWallets(String balance, String latest, String pending, Reason reason) {
        Outcome outcome = run(answers(balance, latest, pending), Map.of()).outcome();

        assertThat(outcome.kind()).isEqualTo(Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(reason);
    }

    @Test
    void anRpcThatIsAwayLeavesTheWalletUnobserved() {
        Outcome outcome = run(request -> FakeExchanger.failure(Reason.TIMEOUT, Stage.STARTED), Map.of())
                .outcome();

        assertThat(outcome.kind()).isEqualTo(Kind.INCONCLUSIVE);
        assertThat(outcome.detail()).startsWith("timeout");
    }

    private static Finding run(Function<HttpRequest, HttpResult> server, Map<String, String> more) {
        Map<String, String> parameters = new HashMap<>(more);
        parameters.put("address", ADDRESS);
        Target target = new Target(
                new TargetId("oracle"),
                TargetKind.WALLET,
                new NetworkId("lab"),
                SecretUrl.parse("http://rpc.example/KEY"),
                Optional.empty(),
                Map.of(),
                parameters);
        return new WalletProbe(new FakeExchanger(server), System::nanoTime)
                .run(target, Duration.ofSeconds(5))
                .join();
    }

    private static Function<HttpRequest, HttpResult> answers(String... results) {
        return request -> {
            JsonNode calls = TargetJson.parse(request.json().orElseThrow()).orElseThrow();
            ArrayNode answers = TargetJson.mapper().createArrayNode();
            for (int i = 0; i < calls.size(); i++) {
                assertThat(calls.path(i).path("params").path(0).asText()).isEqualTo(ADDRESS);
                var answer =
                        answers.addObject().put("id", calls.path(i).path("id").asLong());
                if (results[i].startsWith("!")) {
                    int space = results[i].indexOf(' ');
                    answer.putObject("error")
                            .put("code", Integer.parseInt(results[i].substring(1, space)))
                            .put("message", results[i].substring(space + 1));
                } else {
                    answer.put("result", results[i]);
                }
            }
            return FakeExchanger.response(200, answers.toString());
        };
    }
}
