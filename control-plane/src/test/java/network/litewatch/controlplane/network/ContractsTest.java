package network.litewatch.controlplane.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractsTest {
    private static final String ADDRESS = "\"0x5FbDB2315678afecb367f032d93F642f64180aa3\"";

    @TempDir
    private Path folder;

    @Test
    void aNetworkWithContractsHasAChainToRead() throws IOException {
        Network network = load("abi: \"2025-08\"\n  start_block: 0\n  SessionV2: " + ADDRESS)
                .network()
                .orElseThrow();

        assertThat(network.contracts()).containsOnlyKeys("SessionV2");
        assertThat(network.indexing().abi().name()).isEqualTo("2025-08");
        assertThat(network.indexing().startBlock()).hasValue(0);
        assertThat(network.targets().stream().filter(t -> t.kind() == TargetKind.CHAIN))
                .extracting(Target::id)
                .extracting(Object::toString)
                .containsExactly("net-chain");
    }

    @Test
    void withoutAContractWhoseEventsAreKnownThereIsNothingToRead() throws IOException {
        Network network = load("Runtime: " + ADDRESS).network().orElseThrow();

        assertThat(network.contracts()).containsOnlyKeys("Runtime");
        assertThat(network.indexing()).isEqualTo(Network.Indexing.DEFAULT);
        assertThat(network.targets()).extracting(Target::kind).containsExactly(TargetKind.RPC);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    abi: "1999-01"       | contracts.abi         | versions: [2025-08, 2025-11]
                    start_block: -1      | contracts.start_block | must be a block number
                    start_block: latest  | contracts.start_block | must be a block number
                    SessionV2: "0x12"    | contracts.SessionV2   | is no address
                    """)
    void whatCannotBeIsNamedWithItsField(String line, String field, String message) throws IOException {
        NetworkLoader.Loaded loaded = load(line);

        assertThat(loaded.network()).isEmpty();
        assertThat(loaded.problems()).extracting(Problem::field).containsExactly(field);
        assertThat(loaded.problems().get(0).message()).contains(message);
    }

    private NetworkLoader.Loaded load(String contracts) throws IOException {
        Path file = folder.resolve("net.yml");
        Files.writeString(file, """
                id: net
                chain: {id: 31337, block_time: 1s}
                contracts:
                  %s
                rpcs:
                  - {id: net-rpc, url: "http://127.0.0.1:1"}
                probes:
                  rpc.head: {interval: 5s, timeout: 4s}
                """.formatted(contracts));
        return new NetworkLoader(new Placeholders(name -> null), Set.of(new ProbeId("rpc.head"))).load(file);
    }
}
