package network.litewatch.controlplane.vantage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.network.MinerCanaries;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

class VantageSettingsTest {
    private static final AuthSettings AUTH =
            new AuthSettings(List.of(new AuthSettings.Entry("east", "agent", "0".repeat(64))));

    @Test
    void whatGoesTogetherHasNoProblem() {
        assertThat(settings(agent("east", "lab", "http", "site")).problems("node-1", AUTH, List.of(network())))
                .isEmpty();
    }

    @Test
    void eachNameThatLeadsNowhereIsSaidWithItsField() {
        VantageSettings settings = new VantageSettings(
                List.of("nowhere"),
                List.of(
                        agent("west", "moon", "smtp", "no-such"),
                        agent("west", "lab", "http", "with-file"),
                        agent("node-1", "lab", "http", "site")));

        assertThat(settings.problems("node-1", AUTH, List.of(network())))
                .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).startsWith("vantages.witnesses: \"nowhere\" must start with"),
                        p -> assertThat(p).startsWith("vantages.agents[0].networks: \"moon\" is no network"),
                        p -> assertThat(p).startsWith("vantages.agents[0].probes: \"smtp\" has no pace"),
                        p -> assertThat(p).startsWith("vantages.agents[0].targets: \"no-such\" is no target"),
                        p -> assertThat(p).startsWith("vantages.agents[1].name: \"west\" is the name of another"),
                        p -> assertThat(p).startsWith("vantages.agents[1].targets: \"with-file\" reads a file"),
                        p -> assertThat(p).startsWith("vantages.agents[2].name: \"node-1\" is the name of another"),
                        p -> assertThat(p).startsWith("auth.tokens: the agent \"east\" is no vantage"));
    }

    private static VantageSettings settings(VantageSettings.Agent agent) {
        return new VantageSettings(List.of(), List.of(agent));
    }

    private static VantageSettings.Agent agent(String name, String network, String probe, String target) {
        return new VantageSettings.Agent(name, List.of(network), List.of(probe), List.of(target));
    }

    private static Network network() {
        return new Network(
                new NetworkId("lab"),
                "Lab",
                1,
                Duration.ofSeconds(1),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(target("site", Map.of()), target("with-file", Map.of("ca_file", "/x.pem"))),
                Map.of(
                        new ProbeId("http"),
                        new Network.Pace(Duration.ofSeconds(5), Duration.ofSeconds(3), Storing.ALL, true)),
                Network.Indexing.DEFAULT,
                Map.of(),
                MinerCanaries.DEFAULT);
    }

    private static Target target(String id, Map<String, String> parameters) {
        return new Target(
                new TargetId(id),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                SecretUrl.parse("http://127.0.0.1:1"),
                Optional.empty(),
                Map.of(),
                parameters);
    }
}
