package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.lab.fault.FaultInjector.FaultHandle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each way in which a chain or an RPC fails, made at a real node behind RPCs that lie, seen by the real probes and judged by the
 * shipped rules: what fires, with which value, and beside it what looks alike and must not fire. Printed as a table, which
 * {@code target/failure-modes.md} keeps.
 */
class FailureModesIT {
    private static final List<String> TABLE = new ArrayList<>();
    private static final String CHAIN = "trial";
    private static final String WALLET = "0x00000000000000000000000000000000000000aa";

    @TempDir
    private static Path home;

    private static ChainTrial trial;

    @BeforeAll
    static void start() {
        Path config = Path.of("config").toAbsolutePath();
        Files files = Files.load(
                config,
                new ControlPlaneConfiguration.FilesSection(
                        List.of(Path.of("networks/lab.yml")),
                        Path.of("../../alert-rules/network"),
                        Path.of("../../runbooks")),
                new Placeholders(name -> null));
        assertThat(files.problems()).isEmpty();
        trial = new ChainTrial(home, files.rules());
    }

    @AfterAll
    static void stop() throws IOException {
        if (trial != null) {
            trial.close();
        }
        TABLE.add(0, "| failure | provoked by | signal | value | fired | looks alike, silent |");
        TABLE.add(1, "|---|---|---|---|---|---|");
        TABLE.forEach(System.out::println);
        java.nio.file.Files.write(Path.of("target/failure-modes.md"), TABLE);
    }

    @BeforeEach
    void healthy() {
        trial.restart();
        trial.pass(20, 1);
        assertThat(trial.fired()).as("a healthy chain").isEmpty();
    }

    @Test
    void headStalledOnABusyChain() {
        trial.pass(70, 0);
        Seen seen = expect(CHAIN, Signal.CHAIN_STALLED_SECONDS, "ChainStalling trial", "ChainStalled trial");

        trial.restart();
        trial.label("cadence", "quiet");
        trial.pass(5, 1);
        trial.pass(70, 0);
        silent();
        row("head stalled, busy chain", "no blocks for 70 s, 3 operators agree", seen, "the same on a quiet chain");
    }

    @Test
    void silenceThatOneOperatorAloneReports() {
        trial.restart();
        trial.label("operator", "one for all");
        trial.pass(5, 1);
        trial.pass(70, 0);

        silent();
        assertThat(trial.signal(CHAIN, Signal.CHAIN_STALLED_SECONDS)).isEmpty();
        row(
                "stall seen by one operator",
                "no blocks for 70 s, one operator",
                "chain_witnesses",
                "1",
                "nothing",
                "itself");
    }

    @Test
    void oneRpcBehind() {
        Seen seen = during("rpc.freeze", "{}", 20, Signal.RPC_HEAD_LAG_SECONDS, "RpcHeadStalled rpc-b");

        healthy();
        FaultHandle lag = trial.chain().inject("rpc.lag", "rpc-b", "{\"blocks\":4}");
        trial.pass(30, 2);
        lag.undo();
        silent();
        row("one RPC behind", "rpc.freeze for 20 s", seen, "4 blocks behind on a 500 ms chain");
    }

    @Test
    void futureHead() {
        Seen seen = during(
                "rpc.future",
                "{\"seconds\":600,\"blocks\":600}",
                15,
                Signal.RPC_HEAD_FUTURE_SECONDS,
                "RpcHeadFromFuture rpc-b");

        healthy();
        FaultHandle near = trial.chain().inject("rpc.future", "rpc-b", "{\"seconds\":3,\"blocks\":3}");
        trial.pass(15, 1);
        near.undo();
        silent();
        row("head from the future", "rpc.future 600 s", seen, "clocks 3 s apart; the honest RPCs meanwhile");
    }

    @Test
    void forkedHead() {
        Seen seen = during("rpc.fork", "{}", 12, Signal.RPC_ANCHOR_MISMATCHES, "RpcForked rpc-b");

        healthy();
        FaultHandle lag = trial.chain().inject("rpc.lag", "rpc-b", "{\"blocks\":3}");
        trial.pass(12, 1);
        lag.undo();
        silent();
        row("forked head", "rpc.fork, two runs", seen, "3 blocks behind, same branch");
    }

    @Test
    void goesBackwards() {
        FaultHandle fault = trial.chain().inject("rpc.backwards", "rpc-b", "{\"blocks\":40,\"every\":4}");
        trial.pass(60, 1);
        fault.undo();
        Seen seen = expect(
                "rpc-b", Signal.RPC_BURST_BACKWARDS_RATIO, "RpcBackendsDisagree rpc-b", "RpcGoesBackwards rpc-b");

        healthy();
        FaultHandle near = trial.chain().inject("rpc.backwards", "rpc-b", "{\"blocks\":2,\"every\":4}");
        trial.pass(30, 1);
        near.undo();
        silent();
        row("goes backwards", "one request in 4 at a backend 40 blocks behind", seen, "a backend 2 blocks behind");
    }

    @Test
    void safeAndFinalizedLate() {
        trial.leap(Duration.ofMinutes(31));
        trial.pass(70, 1);
        assertThat(trial.signal("rpc-a", Signal.RPC_SAFE_AGE_SECONDS))
                .hasValueSatisfying(age -> assertThat(age).isLessThan(200));
        silent();

        healthy();
        FaultHandle frozen = trial.chain().inject("rpc.no-finality", "rpc-b", "{}");
        trial.leap(Duration.ofMinutes(46));
        trial.pass(65, 1);
        frozen.undo();
        Seen seen = expect("rpc-b", Signal.RPC_SAFE_AGE_SECONDS, "ChainSafeLate rpc-b", "ChainFinalizedLate rpc-b");
        row("safe, finalized late", "rpc.no-finality for 46 min", seen, "31 min asleep, then blocks again");
    }

    @Test
    void gasSpike() {
        for (int hour = 0; hour < 26; hour++) {
            trial.pass(1, 1);
            trial.leap(Duration.ofHours(1));
        }
        trial.pass(20, 1);
        trial.forgetFired();
        FaultHandle fault = trial.chain().inject("rpc.fees", "rpc-b", "{\"factor\":10}");
        for (int round = 0; round < 61; round++) {
            trial.leap(Duration.ofSeconds(9));
            trial.pass(1, 1);
        }
        fault.undo();
        Seen seen = expect("rpc-b", Signal.RPC_GAS_PRICE_RATIO, "GasPriceSpike rpc-b");

        trial.restart();
        trial.pass(5, 1);
        FaultHandle young = trial.chain().inject("rpc.fees", "rpc-b", "{\"factor\":10}");
        trial.pass(10, 1);
        young.undo();
        assertThat(trial.signal("rpc-b", Signal.RPC_GAS_PRICE_RATIO)).isEmpty();
        row("fee spike", "rpc.fees x10 for 10 min after a day", seen, "the same without a day of data");
    }

    @Test
    void wrongChain() {
        Seen seen = during("rpc.wrong-chain", "{\"chain_id\":1}", 2, Signal.RPC_WRONG_CHAIN, "RpcWrongChain rpc-b");
        row("wrong chain id", "rpc.wrong-chain", seen, "the same RPC before");
    }

    @Test
    void wrongGenesis() {
        String hash = trial.chain()
                .node()
                .call("eth_getBlockByNumber", TextNode.valueOf("0x1"), BooleanNode.FALSE)
                .path("hash")
                .asText();
        trial.parameter("pinned_number", "1");
        trial.parameter("pinned_hash", hash);
        trial.pass(6, 1);
        silent();
        Seen seen = during("rpc.fork", "{}", 12, Signal.RPC_WRONG_CHAIN, "RpcWrongHistory rpc-b", "RpcForked rpc-b");
        row("wrong history", "rpc.fork under a pinned block", seen, "the pinned block itself");
    }

    @Test
    void throttled() {
        FaultHandle fault = trial.chain()
                .inject(
                        "rpc.error",
                        "rpc-b",
                        "{\"code\":-32005,\"message\":\"daily request count exceeded, request rate limited\"}");
        trial.pass(130, 1);
        fault.undo();
        Seen seen = expect(
                "rpc-b",
                Signal.RPC_THROTTLED_RATIO,
                "RpcThrottled rpc-b",
                "RpcThrottledHard rpc-b",
                "RpcUnobserved rpc-b");
        assertThat(trial.fired()).noneMatch(a -> a.startsWith("RpcFailing"));

        healthy();
        FaultHandle revert = trial.chain()
                .inject("rpc.error", "rpc-c", "{\"code\":-32601,\"message\":\"no such method\",\"every\":6}");
        trial.pass(30, 1);
        revert.undo();
        assertThat(trial.fired()).noneMatch(a -> a.startsWith("RpcThrottled") || a.startsWith("RpcFailing"));
        row("rate limit", "-32005 to everything for 130 s", seen, "an unsupported method; never RpcFailing");
    }

    @Test
    void nodeFault() {
        Seen seen = during(
                "rpc.error",
                "{\"code\":-32603,\"message\":\"internal error\"}",
                4,
                Signal.PROBE_CONSECUTIVE_FAILURES,
                "RpcFailing rpc-b");
        row("node fault", "-32603 to everything", seen, "the limits of the row above");
    }

    @Test
    void badBut200() {
        FaultHandle fault = trial.chain().inject("rpc.malformed", "rpc-b", "{}");
        trial.pass(2, 1);
        fault.undo();
        trial.pass(12, 1);
        Seen seen = expect("rpc-b", Signal.PROBE_MALFORMED_RATIO, "RpcMalformed rpc-b");
        row("bad but 200", "rpc.malformed for 2 s", seen, "node faults; limits");
    }

    @Test
    void archiveLost() {
        trial.parameter("archive_block", "1");
        FaultHandle fault = trial.chain().inject("rpc.pruned", "rpc-b", "{\"before\":10}");
        trial.pass(20, 1);
        fault.undo();
        Seen seen = expect("rpc-b", Signal.RPC_ARCHIVE_READABLE, "RpcArchiveLost rpc-b");

        healthy();
        FaultHandle limited = trial.chain().inject("rpc.error", "rpc-c", "{\"message\":\"rate limit\",\"every\":13}");
        trial.pass(10, 1);
        limited.undo();
        assertThat(trial.fired()).noneMatch(a -> a.startsWith("RpcArchiveLost"));
        row("archive depth", "rpc.pruned before 10", seen, "a limit hit while asking for it");
    }

    @Test
    void walletRunsOutOfGas() {
        balance("0x3635c9adc5dea00000"); // 1,000 ether
        trial.watch(WALLET);
        for (int hour = 1; hour <= 26; hour++) {
            trial.pass(1, 1);
            trial.leap(Duration.ofHours(1));
            // 10 ether an hour: after 26 of them 740 ether are three days and two hours.
            balance("0x"
                    + BigInteger.TEN
                            .pow(18)
                            .multiply(BigInteger.valueOf(1_000 - 10L * hour))
                            .toString(16));
        }
        trial.pass(20, 1);
        trial.forgetFired();
        balance("0x" + BigInteger.TEN.pow(18).multiply(BigInteger.valueOf(600)).toString(16));
        trial.pass(3, 1);
        Seen seen = expect("wallet", Signal.WALLET_DAYS_LEFT, "WalletGasAlmostGone wallet");

        healthy();
        trial.watch(WALLET);
        balance("0xde0b6b3a7640000"); // one ether, ten times the floor, and no day of data
        trial.pass(5, 1);
        silent();
        row("wallet gas low", "anvil_setBalance, 10 ether an hour for 26 h", seen, "1 ether without a day of data");
    }

    @Test
    void stuckTransactions() {
        trial.watch(WALLET);
        balance("0x3635c9adc5dea00000");
        node("anvil_impersonateAccount", TextNode.valueOf(WALLET));
        for (int i = 0; i < 4; i++) {
            send();
        }
        gasOfABlock("0x4e20"); // a transfer takes 21,000
        for (int round = 0; round < 34; round++) {
            trial.leap(Duration.ofSeconds(9));
            trial.pass(1, 1);
        }
        Seen seen = expect("wallet", Signal.WALLET_STUCK_SECONDS, "WalletNonceGap wallet", "WalletStuck wallet");

        gasOfABlock("0x1c9c380");
        trial.pass(5, 1);
        healthy();
        trial.watch(WALLET);
        send();
        trial.pass(5, 1);
        silent();
        row("stuck transactions", "4 that no block has room for, 340 s", seen, "one that is mined with the next block");
    }

    @Test
    void pendingWorkOnAQuietChain() {
        trial.label("cadence", "quiet");
        trial.watch(WALLET);
        balance("0x3635c9adc5dea00000");
        node("anvil_impersonateAccount", TextNode.valueOf(WALLET));
        trial.pass(5, 1);
        send();
        trial.pass(75, 0);
        Seen seen = expect(CHAIN, Signal.CHAIN_STALLED_SECONDS, "ChainStalling trial", "ChainStalled trial");
        trial.pass(2, 1);
        row(
                "head stalled, quiet L3",
                "a transaction waits for 75 s without a block",
                seen,
                "no blocks and no work (above)");
    }

    private static void gasOfABlock(String limit) {
        node("evm_setBlockGasLimit", TextNode.valueOf(limit));
    }

    private static void send() {
        ObjectNode transaction = JsonNodeFactory.instance.objectNode();
        transaction.put("from", WALLET).put("to", WALLET).put("gas", "0x5208").put("gasPrice", "0x77359400"); // 2 gwei
        node("eth_sendTransaction", transaction);
    }

    private static void balance(String wei) {
        node("anvil_setBalance", TextNode.valueOf(WALLET), TextNode.valueOf(wei));
    }

    private static void node(String method, JsonNode... parameters) {
        trial.chain().node().call(method, parameters);
    }

    /** What a signal said when its rules had fired. */
    private record Seen(String signal, String value, Set<String> fired) {}

    private Seen during(String kind, String args, int seconds, Signal signal, String... alerts) {
        FaultHandle fault = trial.chain().inject(kind, "rpc-b", args);
        trial.pass(seconds, 1);
        fault.undo();
        return expect("rpc-b", signal, alerts);
    }

    /** Exactly {@code alerts} fired, no more and no fewer. */
    private static Seen expect(String target, Signal signal, String... alerts) {
        assertThat(trial.fired()).containsExactlyInAnyOrder(alerts);
        double value = trial.signal(target, signal).orElseThrow();
        return new Seen(signal.signalName(), signal.format(value), Set.copyOf(trial.fired()));
    }

    private static void silent() {
        assertThat(trial.fired()).isEmpty();
    }

    private static void row(String failure, String provoked, Seen seen, String alike) {
        row(
                failure,
                provoked,
                seen.signal(),
                seen.value(),
                String.join(", ", seen.fired().stream().sorted().toList()),
                alike);
    }

    private static void row(String failure, String provoked, String signal, String value, String fired, String alike) {
        TABLE.add(String.format(
                Locale.ROOT, "| %s | %s | %s | %s | %s | %s |", failure, provoked, signal, value, fired, alike));
    }
}
