package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.time.Duration;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.rpc.CanaryLedger;
import org.junit.jupiter.api.Test;

/** What only a transaction of our own shows. */
class SequencerFailureModesIT extends FailureModes {
    private static final String CANARY = HeartbeatTrial.CANARY;

    @Test
    void aHeartbeatThatIsInNoBlock() {
        rich();
        CanaryLedger ledger = new HeartbeatTrial.Memory();
        long nonce;
        Seen seen;
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, ledger)) {
            assertThat(heart.beat(1).outcome()).isEqualTo(Outcome.ok());
            nonce = nonce();
            assertThat(heart.beat(0).outcome().reason()).isEqualTo(Reason.TIMEOUT);
            silent();
        }
        // The next run is another process's, and sends no second one.
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, ledger)) {
            heart.beat(0);
            seen = expect(CANARY, Signal.HEARTBEAT_PENDING_SECONDS, "HeartbeatUnmined canary");
            assertThat(heart.beat(1).outcome()).isEqualTo(Outcome.ok());
            assertThat(nonce()).isEqualTo(nonce + 1);
        }

        healthy();
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, new HeartbeatTrial.Memory())) {
            heart.beat(40);
            silent();
        }
        row("quiet chain stands", "a heartbeat without a block for two runs", seen, "one that took 40 s");
    }

    @Test
    void ourOwnRestartIsNoSlowSequencer() {
        rich();
        CanaryLedger ledger = new HeartbeatTrial.Memory();
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, ledger)) {
            beats(heart, 5, 1);
            heart.beat(0);
            trial.chain().mine(trial.now().getEpochSecond());
            Finding next = heart.beat(1);
            assertThat(next.outcome()).isEqualTo(Outcome.ok());
            assertThat(next.measurements().get(Measurement.HEARTBEAT_TIME))
                    .as("the last look of the run before, not the first of this one")
                    .isBetween(40.0, 50.0);
            heart.beat(0);
        }
        trial.chain().mine(trial.now().getEpochSecond());
        trial.leap(Duration.ofMinutes(10));
        healthy();
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, ledger)) {
            Finding first = heart.beat(1);
            assertThat(first.outcome()).isEqualTo(Outcome.ok());
            assertThat(first.measurements())
                    .containsEntry(Measurement.HEARTBEAT_PENDING, 0.0)
                    .doesNotContainKey(Measurement.HEARTBEAT_TIME);
            beats(heart, 5, 1);
            silent();
        }
    }

    @Test
    void aSlowSequencer() {
        rich();
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, new HeartbeatTrial.Memory())) {
            beats(heart, 5, 2);
            silent();
            beats(heart, 2, 6);
            Seen slow = expect(CANARY, Signal.HEARTBEAT_P95_SECONDS, "SequencerSlow canary");
            row("sequencer slow", "blocks 6 s after the transaction", slow, "2 s");
            beats(heart, 2, 20);
        }
        Seen seen = expect(CANARY, Signal.HEARTBEAT_P95_SECONDS, "SequencerSlow canary", "SequencerVerySlow canary");
        row("sequencer very slow", "blocks 20 s after the transaction", seen, "6 s");
    }

    @Test
    void aCanaryThatMaySpendNoMore() {
        rich();
        HeartbeatTrial.Memory ledger = new HeartbeatTrial.Memory();
        Seen seen;
        // A transfer takes 21,000 gas, and may cost five wei a gas at the very least on this chain.
        try (HeartbeatTrial heart =
                new HeartbeatTrial(trial, HeartbeatTrial.account(BigInteger.valueOf(1_000)), ledger)) {
            long nonce = nonce();
            Finding refused = heart.beat(1);
            assertThat(refused.outcome().reason()).isEqualTo(Reason.SPENDING_CAP);
            beats(heart, 9, 1);
            silent();
            beats(heart, 2, 1);
            assertThat(nonce()).as("nothing was sent").isEqualTo(nonce);
            seen = expect(CANARY, Signal.PROBE_UNKNOWN_SECONDS, "HeartbeatMissing canary");
        }

        healthy();
        rich();
        try (HeartbeatTrial heart = new HeartbeatTrial(trial, HeartbeatTrial.ACCOUNT, new HeartbeatTrial.Memory())) {
            for (int i = 0; i < 12; i++) {
                assertThat(heart.beat(1).outcome()).isEqualTo(Outcome.ok());
            }
            silent();
        }
        row("canary without money", "a cap of 1,000 wei for 11 runs", seen, "12 runs below the cap; 10 runs above it");
    }

    private static void beats(HeartbeatTrial heart, int times, int after) {
        for (int i = 0; i < times; i++) {
            heart.beat(after);
        }
    }

    private static void rich() {
        node(
                "anvil_setBalance",
                TextNode.valueOf(HeartbeatTrial.ACCOUNT.address()),
                TextNode.valueOf("0x3635c9adc5dea00000"));
    }

    private static long nonce() {
        return Long.decode(trial.chain()
                .node()
                .call(
                        "eth_getTransactionCount",
                        TextNode.valueOf(HeartbeatTrial.ACCOUNT.address()),
                        TextNode.valueOf("latest"))
                .asText());
    }
}
