package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Anvil;
import network.litewatch.lab.evm.EvmClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Function;

/** A router that queues the tasks of many callers at once sends them all from one account. */
final class TransactionsAtOnceIT {
    private static final int SENDERS = 16;
    private static final int MANY = 600;

    @TempDir
    private static Path home;

    @Test
    void allOfOneAccountAreTaken() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        try (Anvil anvil = Anvil.manual(
                NpmParts.in(LabOptions.forTests(home).npm()).anvil(),
                Ports.anyFree(),
                home.resolve("anvil.log"),
                died -> {})) {
            EvmClient node = new EvmClient(anvil.endpoint(), Duration.ofSeconds(60));
            List<Future<String>> sent = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                sent.add(threads.submit(() -> node.send(
                        Accounts.OPERATOR, Accounts.OPERATOR, new Function("nothing", List.of(), List.of()))));
            }
            Set<String> hashes = new TreeSet<>();
            for (Future<String> one : sent) {
                hashes.add(one.get());
            }
            assertThat(hashes).hasSize(MANY);
            assertThat(node.nonce(Accounts.OPERATOR, "pending")).isEqualTo(MANY);
        } finally {
            threads.shutdownNow();
        }
    }
}
