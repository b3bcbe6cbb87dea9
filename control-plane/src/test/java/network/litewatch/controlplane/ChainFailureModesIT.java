package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.fault.FaultInjector.FaultHandle;
import org.junit.jupiter.api.Test;

/** What goes wrong with a chain, whichever RPC shows it. */
class ChainFailureModesIT extends FailureModes {
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
        FailureTable.add(
                "stall seen by one operator",
                "no blocks for 70 s, one operator",
                "chain_witnesses",
                "1",
                "nothing",
                "itself");
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
}
