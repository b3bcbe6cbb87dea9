package network.litewatch.controlplane.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RetryablesProbe;
import network.litewatch.probe.rpc.RollupParentProbe;
import network.litewatch.probe.rpc.WalletProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sections of a network file that name WebSockets, feeds and canaries. */
class PushAndCanaryTest {
    private static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private static final String GOOD = """
            id: net
            chain: {id: 42161, block_time: 250ms}
            rpcs:
              - {id: rpc-1, url: https://rpc.example, ws: "wss://rpc.example/ws"}
              - {id: rpc-2, url: https://two.example, ws: "${UNSET:-}"}
            contracts: {Multicall3: "0xcA11bde05977b3631167028862bE2a173976CA11"}
            wallets:
              - {id: oracle, rpc: rpc-1, address: "0x0000000000000000000000000000000000000003"}
              - {id: router, rpc: rpc-1, address: "0x0000000000000000000000000000000000000004"}
              - {id: other, rpc: rpc-2, address: "0x0000000000000000000000000000000000000005"}
            feeds:
              - {id: feed, url: "wss://feed.example", rpc: rpc-1}
            canaries:
              - id: canary
                rpc: rpc-1
                key: ${KEY}
                spend_cap: "0.002"
            parents:
              - id: parent
                url: https://parent.example
                chain_id: "1"
                rpc: rpc-1
                sequencer_inbox: "0x0000000000000000000000000000000000000001"
                batch_data: dac
                assertion_every: 1h
            retryables:
              - {id: tickets, rpc: rpc-1, lookback: "2419200", span: "10000", senders: ["0x0000000000000000000000000000000000000002"]}
            probes:
              chain.retryables: {interval: 60s, timeout: 20s}
              rollup.parent: {interval: 60s, timeout: 20s}
              sequencer.feed: {interval: 20s, timeout: 15s}
              chain.canary: {interval: 60s, timeout: 50s}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsThem() throws IOException {
        Network network = load(GOOD).network().orElseThrow();
        Map<TargetId, Target> targets = new HashMap<>();
        network.targets().forEach(target -> targets.put(target.id(), target));

        Target rpc = Objects.requireNonNull(targets.get(new TargetId("rpc-1")));
        assertThat(rpc.witness().orElseThrow().url().reveal()).hasToString("wss://rpc.example/ws");
        assertThat(Objects.requireNonNull(targets.get(new TargetId("rpc-2"))).witness())
                .isEmpty();
        assertThat(Objects.requireNonNull(targets.get(new TargetId("feed"))).witness())
                .contains(rpc);
        Target canary = Objects.requireNonNull(targets.get(new TargetId("canary")));
        assertThat(canary.kind()).isEqualTo(TargetKind.WALLET);
        assertThat(canary.parameters())
                .containsEntry(WalletProbe.ADDRESS, "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")
                .containsEntry("chain_id", "42161");
        assertThat(Objects.requireNonNull(network.canaries().get(canary.id())).cap())
                .isEqualTo(BigInteger.TWO.multiply(BigInteger.TEN.pow(15)));
        assertThat(Objects.requireNonNull(targets.get(new TargetId("parent"))).parameters())
                .containsEntry(RollupParentProbe.CHAIN_ID, "1")
                .containsEntry(RollupParentProbe.ASSERTION_EVERY, "3600")
                .containsEntry(RollupParentProbe.BATCH_DATA, "dac");
        assertThat(Objects.requireNonNull(targets.get(new TargetId("router"))).parameters())
                .containsEntry(WalletProbe.MULTICALL, "0xcA11bde05977b3631167028862bE2a173976CA11")
                .containsEntry(
                        WalletProbe.WALLETS,
                        "0x0000000000000000000000000000000000000003 0x0000000000000000000000000000000000000004");
        Target tickets = Objects.requireNonNull(targets.get(new TargetId("tickets")));
        assertThat(tickets.url()).isEqualTo(rpc.url());
        assertThat(tickets.parameters())
                .containsEntry(RetryablesProbe.CHAIN_ID, "42161")
                .containsEntry(RetryablesProbe.LOOKBACK, "2419200")
                .containsEntry(RetryablesProbe.SENDERS, "0x0000000000000000000000000000000000000002");
        assertThat(network.toString()).doesNotContain(KEY);
    }

    @Test
    void aKeyMayStandInAFile() throws IOException {
        Files.writeString(folder.resolve("canary.key"), "0x" + KEY + "\n");

        Network network = load(GOOD.replace("key: ${KEY}", "key_file: canary.key"))
                .network()
                .orElseThrow();

        assertThat(network.canaries()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ws: "wss://rpc.example/ws"   | ws: "https://rpc.example/ws" | 4  | must start with ws:// or wss://
            rpc: rpc-1}                  | rpc: rpc-9}                  | 12 | is no RPC of this network
            url: "wss://feed.example"    | url: "ftp://feed.example"    | 12 | must start with ws:// or wss://
            key: ${KEY}                  | key: 1234                    | 16 | must be a private key: 64 hex digits
            key: ${KEY}                  | key_file: nowhere            | 16 | cannot be read
            spend_cap: "0.002"           | spend_cap: "0"               | 17 | must be above 0
            spend_cap: "0.002"           | spend_cap: much              | 17 | must be an amount in ether
            batch_data: dac              | batch_data: calldata         | 24 | must be dac
            assertion_every: 1h          | assertion_every: often       | 25 | must be a duration
            batch_data: dac              | lookback: "9999999"          | 24 | must be 100000 blocks at most
            url: https://parent.example  | url: parent.example          | 20 | must start with http
            lookback: "2419200"          | lookback: "99999999"         | 27 | must be 10000000 blocks at most
            span: "10000"                | span: "0"                    | 27 | must be a positive whole number
            000000000000000002"          | 00"                          | 27 | must be 0x and 40 hex digits
            chain.retryables: {          | rpc.head: {                  | 27 | has no pace
            rollup.parent: {             | rpc.head: {                  | 19 | has no pace
            chain.canary: {              | rpc.head: {                  | 14 | has no pace
            sequencer.feed: {            | rpc.head: {                  | 12 | has no pace
            """)
    void saysWhereAndWhatIsWrong(String right, String wrong, int line, String message) throws IOException {
        String text = GOOD.replace(right, wrong);
        assertThat(text).isNotEqualTo(GOOD);

        assertThat(load(text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.message()).contains(message).doesNotContain("1234");
        });
    }

    private NetworkLoader.Loaded load(String text) throws IOException {
        Path file = folder.resolve("net.yml");
        Files.writeString(file, text);
        return new NetworkLoader(
                        new Placeholders(name -> name.equals("KEY") ? KEY : null),
                        Set.of(
                                new ProbeId("rpc.head"),
                                new ProbeId("rollup.parent"),
                                new ProbeId("chain.retryables"),
                                new ProbeId("sequencer.feed"),
                                new ProbeId("chain.canary")))
                .load(file);
    }
}
