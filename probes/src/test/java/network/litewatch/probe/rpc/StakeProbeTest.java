package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Hash;

final class StakeProbeTest {
    private static final String STAKER = "0x" + "Ab".repeat(20);
    private static final String POOL = "0x" + "cd".repeat(20);
    private static final Instant NOW = Instant.ofEpochSecond(2_000);
    private static final String TEN_THOUSAND = "%064x".formatted(new java.math.BigInteger("10000500000000000000000"));

    private final List<String> asked = new ArrayList<>();

    @Test
    void theSelectorIsThatOfTheSignature() {
        assertThat(Hash.sha3String("shares(address)")).startsWith(StakeProbe.SHARES);
    }

    @Test
    void readsWhatIsStakedAndSinceWhen() {
        Finding finding = run("\"0x1\"", "\"0x" + TEN_THOUSAND + "%064x".formatted(500) + "\"");

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(Map.entry(Measurement.STAKE_AMOUNT, 10_000.5), Map.entry(Measurement.STAKE_AGE, 1_500.0));
        assertThat(asked)
                .singleElement()
                .asString()
                .contains(POOL, StakeProbe.SHARES + "0".repeat(24) + "ab".repeat(20));
    }

    @Test
    void whoHasNoStakeHasZeroAndNoAge() {
        assertThat(run("\"0x1\"", "\"0x" + "0".repeat(128) + "\"").measurements())
                .containsOnly(Map.entry(Measurement.STAKE_AMOUNT, 0.0));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"0x2\"', '\"0x00\"', wrong_chain",
        "'\"0x1\"', '\"0x00\"', shape_changed",
        "'\"0x1\"', null, shape_changed"
    })
    void whatTheRpcDoesWrongIsNotTheMiners(String chain, String shares, String why) {
        Outcome outcome = run(chain, shares).outcome();

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(Reason.PATH_UNHEALTHY);
        assertThat(outcome.detail()).startsWith(why);
    }

    @Test
    void onlyMinersOfWhichAStakerAndAPoolAreKnownAreAsked() {
        StakeProbe probe = new StakeProbe(
                new FakeExchanger(request -> FakeExchanger.response(200, "[]")), InstantSource.fixed(NOW));

        assertThat(probe.suits(miner(Optional.empty()))).isFalse();
        assertThat(probe.suits(miner(Optional.of(rpc())))).isTrue();
    }

    private Finding run(String chain, String shares) {
        StakeProbe probe = new StakeProbe(
                new FakeExchanger(request -> {
                    String body = request.json().orElseThrow();
                    asked.add(body);
                    JsonNode batch = TargetJson.parse(body).orElseThrow();
                    return FakeExchanger.response(
                            200,
                            "[{\"jsonrpc\":\"2.0\",\"id\":" + batch.get(0).path("id") + ",\"result\":" + chain
                                    + "},{\"jsonrpc\":\"2.0\",\"id\":"
                                    + batch.get(1).path("id") + ",\"result\":" + shares + "}]");
                }),
                InstantSource.fixed(NOW));
        return probe.run(miner(Optional.of(rpc())), Duration.ofSeconds(1)).join();
    }

    private static Target rpc() {
        return new Target(
                new TargetId("lab-staking"),
                TargetKind.RPC,
                new NetworkId("lab"),
                SecretUrl.parse("http://rpc.example.org"),
                Optional.empty(),
                Map.of(),
                Map.of(StakeProbe.POOL, POOL, StakeProbe.CHAIN_ID, "1"));
    }

    private static Target miner(Optional<Target> witness) {
        return new Target(
                new TargetId("miner"),
                TargetKind.MINER,
                new NetworkId("lab"),
                SecretUrl.parse("http://router.example.org"),
                Optional.empty(),
                Map.of(),
                Map.of(StakeProbe.STAKER, STAKER),
                witness);
    }
}
