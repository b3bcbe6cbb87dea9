package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabManifestTest {

    @Test
    void theFileHasTheNamesThatReadersExpect(@TempDir Path folder) throws Exception {
        var manifest = new LabManifest(
                31337,
                Map.of("rpc-a", URI.create("http://127.0.0.1:1")),
                URI.create("ws://127.0.0.1:6"),
                URI.create("ws://127.0.0.1:7"),
                URI.create("http://127.0.0.1:8"),
                URI.create("http://127.0.0.1:2"),
                "t",
                URI.create("http://127.0.0.1:5"),
                URI.create("http://127.0.0.1:9"),
                URI.create("tls://127.0.0.1:12"),
                Path.of("/lab/authorities.pem"),
                URI.create("http://127.0.0.1:10"),
                Map.of("postgresql", 11),
                List.of(new LabManifest.Miner("miner-1", "0xabc", 1, "lab-tiny-1", "lab-fast", 9)),
                4,
                URI.create("http://127.0.0.1:3"),
                URI.create("http://127.0.0.1:4/api/"),
                URI.create("http://127.0.0.1:4/"),
                "xoxb-lab",
                Map.of("SessionV2", "0xdef"));
        manifest.writeTo(folder.resolve("lab.json"));
        JsonNode read = Json.MAPPER.readTree(folder.resolve("lab.json").toFile());
        assertThat(read).isEqualTo(Json.MAPPER.readTree("""
                {"chainId":31337,"rpcs":{"rpc-a":"http://127.0.0.1:1"},"socket":"ws://127.0.0.1:6","feed":"ws://127.0.0.1:7","parent":"http://127.0.0.1:8","router":"http://127.0.0.1:2","routerToken":"t","indexer":"http://127.0.0.1:5","site":"http://127.0.0.1:9","secureSite":"tls://127.0.0.1:12","authorities":"/lab/authorities.pem","wire":"http://127.0.0.1:10","stores":{"postgresql":11},
                 "miners":[{"name":"miner-1","address":"0xabc","session":1,"model":"lab-tiny-1","gpuClass":"lab-fast","millisPerToken":9}],"sharedSession":4,
                 "faults":"http://127.0.0.1:3","slack":"http://127.0.0.1:4/api/","slackPage":"http://127.0.0.1:4/","slackToken":"xoxb-lab",
                 "slackSigningSecret":"lab-signing-secret","slackAppToken":"xapp-lab","slackPerson":"U00000OPS",
                 "contracts":{"SessionV2":"0xdef"}}"""));
        assertThat(folder).isDirectoryContaining("glob:**/lab.json").isDirectoryNotContaining("glob:**/*.part");
    }

    @Test
    void aTakenPortIsNamedWithWhatToDo() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ports =
                    new Ports(0, 0, 0, 0, taken.getLocalPort(), List.of(0, 0, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
            assertThatThrownBy(ports::requireFree)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of router")
                    .hasMessageContaining("--free-ports");
        }
    }

    @Test
    void theCommandLineNeedsAHomeAndKnowsItsOptions() {
        assertThat(LabMain.Arguments.of("--home", "x", "--free-ports").freePorts())
                .isTrue();
        assertThatThrownBy(() -> LabMain.Arguments.of()).hasMessageContaining("--home");
        assertThatThrownBy(() -> LabMain.Arguments.of("--home")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> LabMain.Arguments.of("--hme", "x")).hasMessageContaining("--hme");
        assertThatThrownBy(() -> LabMain.Arguments.of("--home", "x", "--miners", "many"))
                .hasMessageContaining("--miners");
        assertThatThrownBy(() ->
                        LabMain.Arguments.of("--home", "x", "--miners", "17").options())
                .hasMessageContaining("1 to 16");
        assertThat(LabMain.Arguments.of("--home", "x", "--store", "postgresql=15432")
                        .options())
                .extracting(LabOptions::stores)
                .isEqualTo(Map.of("postgresql", 15432));
        assertThatThrownBy(() -> LabMain.Arguments.of("--home", "x", "--store", "postgresql"))
                .hasMessageContaining("NAME=PORT");
        assertThatThrownBy(() -> LabMain.Arguments.of("--home", "x", "--store", "mysql=3306")
                        .options())
                .hasMessageContaining("[elasticsearch, postgresql]");
        assertThat(LabMain.Arguments.of("--help").options()).isNull();
    }

    @Test
    void aFleetHasPeersOfEachSpeedAndModelAndItsFirstThreeAreAlike() {
        List<FleetNode> fleet =
                IntStream.rangeClosed(1, 16).mapToObj(FleetNode::of).toList();
        assertThat(fleet.subList(0, 3)).allSatisfy(node -> {
            assertThat(node.model()).isEqualTo("lab-tiny-1");
            assertThat(node.tokenInterval(Duration.ofMillis(15))).isEqualTo(Duration.ofMillis(15));
        });
        assertThat(fleet.stream()
                        .collect(
                                Collectors.groupingBy(node -> node.speed() + " " + node.model(), Collectors.counting()))
                        .values())
                .hasSize(6)
                .allSatisfy(peers -> assertThat(peers).isGreaterThanOrEqualTo(2));
        assertThat(fleet.stream().map(FleetNode::account).distinct()).hasSize(16);
        assertThat(Ports.wellKnown(16, Set.of()).miners()).startsWith(18801).endsWith(18816);
    }
}
