package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.controlplane.slo.Slo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFilesTest {
    private static final Path CONFIG = Path.of("config").toAbsolutePath();
    private static final Placeholders EMPTY_ENVIRONMENT = new Placeholders(name -> null);

    @Test
    void labRulesAndRunbooksHaveNoProblem() {
        Files files = load(Path.of("networks/lab.yml"));

        assertThat(files.problems()).isEmpty();
        assertThat(files.rules())
                .extracting(Rule::alert)
                .contains("RpcHeadStalled", "EndpointDown", "ChainIndexBehind");
        assertThat(files.runbooks()).hasSizeGreaterThanOrEqualTo(17);
        assertThat(files.slos())
                .extracting(Slo::name)
                .containsExactly(
                        "canary-goodput",
                        "canary-success",
                        "router-availability",
                        "router-latency",
                        "rpc-availability",
                        "rpc-freshness");
        // Nobody has published an objective: whose ours are must be said.
        assertThat(files.slos()).extracting(Slo::origin).containsOnly("ours; no public target");
    }

    @Test
    void realNetworksSayWhatIsMissingAndGuessNothing() throws IOException {
        try (Stream<Path> networks = java.nio.file.Files.list(CONFIG.resolve("networks"))) {
            for (Path file : networks.filter(f -> !f.endsWith("lab.yml")).toList()) {
                NetworkLoader.Loaded loaded = new NetworkLoader(EMPTY_ENVIRONMENT, Files.PROBES).load(file);

                assertThat(loaded.network()).isEmpty();
                assertThat(loaded.problems())
                        .isNotEmpty()
                        .allSatisfy(p -> assertThat(p.message()).contains("environment variable"))
                        .allSatisfy(p -> assertThat(p.line()).isPositive())
                        .extracting(Problem::field)
                        .contains("rpcs[0].url", "routers[0].url");
            }
        }
    }

    @Test
    void aFolderOfNetworksIsEveryNetworkInIt(@TempDir Path folder) throws IOException {
        String lab = java.nio.file.Files.readString(CONFIG.resolve("networks/lab.yml"));
        java.nio.file.Files.writeString(folder.resolve("lab.yml"), lab);
        java.nio.file.Files.writeString(
                folder.resolve("second.yml"),
                lab.replace("id: lab\n", "id: second\n").replace("lab-", "second-"));

        Files files = load(folder);

        assertThat(files.problems()).isEmpty();
        assertThat(files.networks()).extracting(n -> n.id().value()).containsExactly("lab", "second");
    }

    @Test
    void anEmptyFolderOfNetworksIsAProblem(@TempDir Path folder) {
        assertThat(load(folder).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(folder);
            assertThat(problem.message()).contains("without a network file");
        });
    }

    private static Files load(Path networks) {
        return Files.load(
                CONFIG,
                new ControlPlaneConfiguration.FilesSection(
                        List.of(networks),
                        Path.of("../../alert-rules/network"),
                        Path.of("../../runbooks"),
                        Path.of("../../grafana/dashboards"),
                        null),
                EMPTY_ENVIRONMENT);
    }
}
