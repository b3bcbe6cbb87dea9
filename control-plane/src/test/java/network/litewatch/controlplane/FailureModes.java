package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.fault.FaultInjector.FaultHandle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each way in which a chain or an RPC fails, made at a real node behind RPCs that lie, seen by the real probes and judged by the
 * shipped rules: what fires, with which value, and beside it what looks alike and must not fire. Each case is a row of
 * {@link FailureTable}.
 */
abstract class FailureModes {
    static final String CHAIN = "trial";
    static final String WALLET = "0x00000000000000000000000000000000000000aa";

    @TempDir
    static Path home;

    @SuppressWarnings("NullAway.Init")
    static ChainTrial trial;

    @BeforeAll
    static void start() {
        Files files = ShippedFiles.load();
        trial = new ChainTrial(home, files.rules());
    }

    @AfterAll
    static void stop() throws IOException {
        if (trial != null) {
            trial.close();
        }
        FailureTable.write();
    }

    @BeforeEach
    void healthy() {
        trial.restart();
        trial.pass(20, 1);
        assertThat(trial.fired()).as("a healthy chain").isEmpty();
    }

    static void gasOfABlock(String limit) {
        node("evm_setBlockGasLimit", TextNode.valueOf(limit));
    }

    static void send() {
        ObjectNode transaction = JsonNodeFactory.instance.objectNode();
        transaction.put("from", WALLET).put("to", WALLET).put("gas", "0x5208").put("gasPrice", "0x77359400"); // 2 gwei
        node("eth_sendTransaction", transaction);
    }

    static void balance(String wei) {
        node("anvil_setBalance", TextNode.valueOf(WALLET), TextNode.valueOf(wei));
    }

    static void node(String method, JsonNode... parameters) {
        trial.chain().node().call(method, parameters);
    }

    /** What a signal said when its rules had fired. */
    record Seen(String signal, String value, Set<String> fired) {}

    static Seen during(String kind, String args, int seconds, Signal signal, String... alerts) {
        FaultHandle fault = trial.chain().inject(kind, "rpc-b", args);
        trial.pass(seconds, 1);
        fault.undo();
        return expect("rpc-b", signal, alerts);
    }

    /** Exactly {@code alerts} fired, no more and no fewer; that runs fail more than promised is drift as well, and has tests of its own. */
    static Seen expect(String target, Signal signal, String... alerts) {
        assertThat(trial.fired())
                .filteredOn(fired -> !fired.startsWith("SuccessDropped "))
                .containsExactlyInAnyOrder(alerts);
        double value = trial.signal(target, signal).orElseThrow();
        return new Seen(signal.signalName(), signal.format(value), Set.copyOf(trial.fired()));
    }

    static void silent() {
        assertThat(trial.fired()).isEmpty();
    }

    static void row(String failure, String provoked, Seen seen, String alike) {
        FailureTable.add(
                failure,
                provoked,
                seen.signal(),
                seen.value(),
                String.join(", ", seen.fired().stream().sorted().toList()),
                alike);
    }
}
