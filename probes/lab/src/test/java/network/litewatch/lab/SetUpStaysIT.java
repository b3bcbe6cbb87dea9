package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import network.litewatch.lab.chain.BlockProducer;
import network.litewatch.lab.evm.Anvil;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lab was set up with is there for good: code that was set at its address is in no transaction that a reorg brings back. */
final class SetUpStaysIT {
    private static final String AT = "0x000000000000000000000000000000000000006E";
    private static final int MANY = 8;

    @TempDir
    private static Path home;

    @Test
    void noReorgGoesBackBehindIt() throws Exception {
        try (Anvil anvil = Anvil.manual(
                NpmParts.in(LabOptions.forTests(home).npm()).anvil(),
                Ports.anyFree(),
                home.resolve("anvil.log"),
                died -> {})) {
            EvmClient node = new EvmClient(anvil.endpoint(), Duration.ofSeconds(10));
            mine(node, 3);
            node.call("anvil_setCode", text(AT), text("0x6001"));
            var blocks = new BlockProducer(node, Anvil.BLOCK_TIME, InstantSource.system());
            assertThatThrownBy(() -> blocks.reorg(1)).hasMessageContaining("0 blocks only since it was set up");
            mine(node, MANY);
            blocks.reorg(MANY - 1);
            assertThat(node.call("eth_getCode", text(AT), text("latest")).asText())
                    .isEqualTo("0x6001");
        }
    }

    private static void mine(EvmClient node, int blocks) {
        for (int i = 0; i < blocks; i++) {
            node.call("evm_mine");
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode text(String value) {
        return Json.MAPPER.getNodeFactory().textNode(value);
    }
}
