package network.litewatch.probe.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterMinersProbeTest {
    private static final String ONE = "0x" + "aB".repeat(20);
    private static final String TWO = "0x" + "cd".repeat(20);
    private static final Target ROUTER = target("router", TargetKind.ROUTER, Map.of());

    private final List<Target> targets = List.of(
            ROUTER,
            miner("one", "router", ONE, ""),
            miner("two", "router", TWO, ""),
            miner("elsewhere", "other", ONE, ""),
            miner("nameless", "router", "", ""));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"nodes\":{\"0xABABababababababababababababababababABAB\":{}}}",
                "{\"nodes\":{\"7\":{\"miner\":\"0xABABababababababababababababababababABAB\",\"n\":1}}}",
                "{\"nodes\":[\"0xABABababababababababababababababababABAB\"]}",
                "{\"nodes\":[{\"address\":\"0xABABababababababababababababababababABAB\"}]}"
            })
    void aMinerIsListedWhereverItsAddressStands(String body) {
        Finding finding = run(targets, FakeExchanger.response(200, body));

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.ROUTER_MINERS, 1.0),
                        Map.entry(Measurement.ROUTER_MINERS_SOUGHT, 2.0),
                        Map.entry(Measurement.ROUTER_MINERS_UNLISTED, 1.0));
        assertThat(finding.evidence())
                .containsOnly(
                        Map.entry(RouterMinersProbe.UNLISTED, "two"), Map.entry(RouterMinersProbe.UNKNOWN, "nameless"));
    }

    @Test
    void anEmptyListLacksEveryMiner() {
        Finding finding = run(targets, FakeExchanger.response(200, "{\"nodes\":{},\"stats\":{}}"));

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.evidence()).containsEntry(RouterMinersProbe.UNLISTED, "one two");
    }

    @Test
    void anotherNameStandsForAMinerWhereTheNetworkFileSaysSo() {
        List<Target> named = List.of(ROUTER, miner("one", "router", ONE, "Node-7"), miner("two", "router", TWO, ""));

        Finding finding = run(named, FakeExchanger.response(200, "{\"nodes\":{\"node-7\":{}}}"));

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .as("the list has no addresses: of the other miner nothing can be said")
                .containsEntry(Measurement.ROUTER_MINERS_SOUGHT, 1.0)
                .containsEntry(Measurement.ROUTER_MINERS_UNLISTED, 0.0);
        assertThat(finding.evidence()).containsOnly(Map.entry(RouterMinersProbe.UNKNOWN, "two"));
    }

    @Test
    void ofManyThatAreMissingAHundredAreNamedAndThatThereAreMore() {
        List<Target> many = new ArrayList<>(List.of(ROUTER));
        for (int i = 0; i < 101; i++) {
            many.add(miner("m" + i, "router", "0x%040x".formatted(i), ""));
        }

        Finding finding = run(many, FakeExchanger.response(200, "{\"nodes\":{}}"));

        assertThat(finding.measurements()).containsEntry(Measurement.ROUTER_MINERS_UNLISTED, 101.0);
        assertThat(finding.evidence()).containsEntry(RouterMinersProbe.CUT, "true");
        assertThat(finding.evidence()
                        .getOrDefault(RouterMinersProbe.UNLISTED, "")
                        .split(" ", -1))
                .hasSize(100);
    }

    @Test
    void aListWithoutAddressesSaysNothing() {
        Outcome outcome = run(targets, FakeExchanger.response(200, "{\"nodes\":{\"7\":{\"name\":\"x\"}}}"))
                .outcome();

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(Reason.SHAPE_CHANGED);
        assertThat(outcome.detail()).contains(RouterMinersProbe.LISTED_AS);
    }

    @Test
    void aListThatCannotBeReadSaysNothing() {
        for (HttpResult answer : List.of(
                FakeExchanger.response(503, ""),
                FakeExchanger.response(200, "<html>"),
                FakeExchanger.response(200, "{\"miners\":[]}"),
                FakeExchanger.failure(Reason.TIMEOUT, WireTrace.Stage.STARTED))) {
            Finding finding = run(targets, answer);
            assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
            assertThat(finding.measurements()).isEmpty();
        }
    }

    @Test
    void onlyRoutersWithMinersThatCanBeLookedForAreAsked() {
        assertThat(probe(targets, FakeExchanger.response(200, "")).suits(ROUTER))
                .isTrue();
        assertThat(probe(List.of(ROUTER, miner("nameless", "router", "", "")), FakeExchanger.response(200, ""))
                        .suits(ROUTER))
                .isFalse();
    }

    private static Finding run(List<Target> targets, HttpResult answer) {
        return probe(targets, answer).run(ROUTER, Duration.ofSeconds(1)).join();
    }

    private static RouterMinersProbe probe(List<Target> targets, HttpResult answer) {
        return new RouterMinersProbe(new FakeExchanger(request -> answer), () -> targets);
    }

    private static Target miner(String id, String router, String address, String listedAs) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("router", router);
        parameters.put(RouterMinersProbe.ADDRESS, address);
        parameters.put(RouterMinersProbe.LISTED_AS, listedAs);
        return target(id, TargetKind.MINER, parameters);
    }

    private static Target target(String id, TargetKind kind, Map<String, String> parameters) {
        return new Target(
                new TargetId(id),
                kind,
                new NetworkId("lab"),
                SecretUrl.parse("http://router.example.org"),
                Optional.empty(),
                Map.of(),
                parameters);
    }
}
