package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.util.List;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabNetworkTest {
    private static final Path SHIPPED = Path.of("config/networks/lab.yml");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void everyMinerOfTheLabIsATargetAndNothingElseChanges(int count) throws Exception {
        Path file = folder.resolve(LabNetwork.FILE);
        java.nio.file.Files.writeString(file, LabNetwork.of(java.nio.file.Files.readString(SHIPPED), miners(count)));

        NetworkLoader.Loaded loaded = load(file);

        assertThat(loaded.problems()).isEmpty();
        List<Target> miners = of(loaded, true);
        assertThat(miners).hasSize(count);
        assertThat(miners.get(0).id().value()).isEqualTo("lab-miner-1");
        assertThat(miners.get(0).labels()).containsEntry("trusted", "true").containsEntry("operator", "lab-a");
        assertThat(miners.get(count - 1).parameters())
                .containsEntry("session", Integer.toString(count))
                .containsEntry("address", "0x%040x".formatted(count));
        assertThat(of(loaded, false)).isEqualTo(of(load(SHIPPED), false));
    }

    @Test
    void oneMinerOfEachModelIsTrusted() throws Exception {
        Path file = folder.resolve(LabNetwork.FILE);
        java.nio.file.Files.writeString(file, LabNetwork.of(java.nio.file.Files.readString(SHIPPED), miners(6)));

        assertThat(of(load(file), true))
                .filteredOn(miner -> "true".equals(miner.labels().get("trusted")))
                .extracting(miner -> miner.labels().get("model"))
                .containsExactly("model-1", "model-0");
    }

    private static NetworkLoader.Loaded load(Path file) {
        return new NetworkLoader(new Placeholders(name -> null), Files.PROBES).load(file);
    }

    private static List<Target> of(NetworkLoader.Loaded loaded, boolean miners) {
        return loaded.network().orElseThrow().targets().stream()
                .filter(target -> (target.kind() == TargetKind.MINER) == miners)
                .toList();
    }

    private static ArrayNode miners(int count) {
        ArrayNode miners = new ObjectMapper().createArrayNode();
        for (int i = 1; i <= count; i++) {
            miners.addObject()
                    .put("name", "miner-" + i)
                    .put("address", "0x%040x".formatted(i))
                    .put("session", i)
                    .put("model", "model-" + i % 2)
                    .put("gpuClass", "lab-standard");
        }
        return miners;
    }
}
