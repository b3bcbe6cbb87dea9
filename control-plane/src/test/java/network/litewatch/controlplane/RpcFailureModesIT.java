package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.fault.FaultInjector.FaultHandle;
import org.junit.jupiter.api.Test;

/** What an RPC does wrong on its own: what fires for it, and what looks alike and must not. */
class RpcFailureModesIT extends FailureModes {
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
    void wrongChain() {
        FaultHandle fault = trial.chain().inject("rpc.wrong-chain", "rpc-b", "{\"chain_id\":1}");
        trial.pass(10, 1);
        Seen seen = expect("rpc-b", Signal.RPC_WRONG_CHAIN, "RpcWrongChain rpc-b");
        // It answers, and always as the other chain: that it fails says nothing more.
        assertThat(trial.signal("rpc-b", Signal.PROBE_CONSECUTIVE_FAILURES)).hasValue(10.0);
        fault.undo();
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
        Seen brief = expect("rpc-b", Signal.PROBE_MALFORMED_RATIO, "RpcMalformed rpc-b");
        FailureTable.add(
                "bad but 200, for a moment",
                "rpc.malformed for 2 s",
                brief.signal(),
                brief.value(),
                String.join(", ", brief.fired()),
                "RpcFailing: two runs are no failure");

        healthy();
        FaultHandle longer = trial.chain().inject("rpc.malformed", "rpc-b", "{}");
        trial.pass(12, 1);
        longer.undo();
        Seen seen = expect("rpc-b", Signal.PROBE_MALFORMED_RATIO, "RpcMalformed rpc-b", "RpcFailing rpc-b");
        row("bad but 200", "rpc.malformed for 12 s", seen, "node faults; limits");
    }

    @Test
    void archiveLost() {
        // Not an older one: the node itself keeps the states of its last 64 blocks.
        long old = trial.chain().node().blockNumber();
        trial.parameter("archive_block", Long.toString(old));
        trial.pass(6, 1);
        silent();
        assertThat(trial.signal("rpc-b", Signal.RPC_ARCHIVE_READABLE)).hasValue(1.0);
        Seen seen = during(
                "rpc.pruned",
                "{\"before\":" + (old + 1) + "}",
                20,
                Signal.RPC_ARCHIVE_READABLE,
                "RpcArchiveLost rpc-b");

        healthy();
        trial.parameter("archive_block", Long.toString(trial.chain().node().blockNumber()));
        trial.pass(6, 1);
        FaultHandle limited = trial.chain()
                .inject("rpc.error", "rpc-b", "{\"message\":\"rate limit\",\"method\":\"eth_getBalance\"}");
        trial.pass(20, 1);
        limited.undo();
        silent();
        row("archive depth", "rpc.pruned", seen, "a limit hit while asking for it");
    }

    @Test
    void logsRangeShrinks() {
        trial.measureRanges();
        silent();
        FaultHandle narrow = trial.chain().inject("rpc.log-range", "rpc-b", "{\"blocks\":5}");
        trial.measureRanges();
        Seen seen = expect("rpc-b", Signal.RPC_LOGS_RANGE_RATIO, "RpcLogsRangeShrunk rpc-b");
        assertThat(trial.signal("rpc-b", Signal.RPC_LOGS_RANGE_BLOCKS)).hasValue(5.0);

        trial.restart();
        trial.measureRanges();
        narrow.undo();
        trial.measureRanges();
        FaultHandle limited =
                trial.chain().inject("rpc.error", "rpc-b", "{\"message\":\"rate limit\",\"method\":\"eth_getLogs\"}");
        trial.measureRanges();
        limited.undo();
        silent();
        row(
                "eth_getLogs range",
                "rpc.log-range 5",
                seen,
                "a limit that was always there; one that is raised; a rate limit");
    }
}
