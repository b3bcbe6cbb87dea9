package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RollupParentProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/** What a rollup leaves on its parent chain, and what it does not. One chain plays both: its own head is the rollup's. */
class RollupFailureModesIT extends FailureModes {
    private static final String ROLLUP = "rollup";
    private static final byte CERTIFICATE = (byte) 0x88;
    private static final byte DATA = 0;

    private static String contract = "";
    private static int batches;

    @BeforeAll
    static void deploy() {
        trial.restart();
        trial.leap(Duration.ofSeconds(1));
        contract = trial.chain()
                .deploy("Rollup", LabOptions.forTests(home), trial.now().getEpochSecond());
    }

    @AfterEach
    void confirm() {
        send("confirmLatest");
    }

    @Test
    void batchesStop() {
        batchWithItsAssertion();
        look();
        silent();
        work(Duration.ofMinutes(89));
        silent();
        work(Duration.ofMinutes(3));
        Seen late = expect(ROLLUP, Signal.ROLLUP_UNPOSTED_SECONDS, "BatchPostingLate rollup");
        row("batch posting delay", "blocks for 92 min, no batch", late, "the same for 89 min");
        work(Duration.ofMinutes(90));
        Seen seen =
                expect(ROLLUP, Signal.ROLLUP_UNPOSTED_SECONDS, "BatchPostingLate rollup", "BatchPostingStopped rollup");
        batch(CERTIFICATE);
        look();
        assertThat(trial.signal(ROLLUP, Signal.ROLLUP_UNPOSTED_SECONDS)).hasValue(0.0);

        healthy();
        batchWithItsAssertion();
        look();
        for (int hour = 0; hour < 10; hour++) {
            trial.leap(Duration.ofHours(1));
            look();
        }
        // A night without work is over.
        work(Duration.ofMinutes(1));
        silent();
        row("batch posting stopped", "blocks for 182 min, no batch", seen, "ten hours without any block, then one");
    }

    @Test
    void theCommitteeDoesNotSign() {
        batch(CERTIFICATE);
        look();
        silent();
        assertThat(trial.signal(ROLLUP, Signal.ROLLUP_DAC_FALLBACK)).hasValue(0.0);
        batch(DATA);
        look();
        Seen seen = expect(ROLLUP, Signal.ROLLUP_DAC_FALLBACK, "DacFallback rollup");
        row("DAC fallback", "a batch with its data in calldata", seen, "a batch with a certificate");
    }

    @Test
    void assertionsStop() {
        batchWithItsAssertion();
        look();
        for (int hour = 1; hour <= 2; hour++) {
            trial.leap(Duration.ofHours(1));
            batch(CERTIFICATE);
            look();
        }
        silent();
        trial.leap(Duration.ofMinutes(70));
        batch(CERTIFICATE);
        look();
        Seen seen = expect(ROLLUP, Signal.ROLLUP_UNASSERTED_RATIO, "AssertionsLate rollup");

        healthy();
        batchWithItsAssertion();
        look();
        trial.leap(Duration.ofHours(9));
        look();
        silent();
        row("assertions stop", "batches for 3 h without an assertion, 1 h is usual", seen, "nothing to assert for 9 h");
    }

    @Test
    void assertionsStopForDays() {
        batchWithItsAssertion();
        look();
        trial.leap(Duration.ofHours(1));
        batch(CERTIFICATE);
        look();
        trial.leap(Duration.ofDays(14).minusHours(1));
        batch(CERTIFICATE);
        look();
        expect(ROLLUP, Signal.ROLLUP_UNASSERTED_SECONDS, "AssertionsLate rollup");
        trial.leap(Duration.ofHours(2));
        batch(CERTIFICATE);
        look();
        Seen seen =
                expect(ROLLUP, Signal.ROLLUP_UNASSERTED_SECONDS, "AssertionsLate rollup", "AssertionsStopped rollup");

        healthy();
        batchWithItsAssertion();
        look();
        trial.leap(Duration.ofDays(15));
        look();
        silent();
        row("assertions stopped", "batches for 14 d without an assertion", seen, "nothing to assert for 15 d");
    }

    @Test
    void assertionsThatAreNotConfirmed() {
        batchWithItsAssertion();
        look();
        // The contract's period is 100 blocks.
        blocks(120);
        look();
        silent();
        blocks(10);
        look();
        Seen late = expect(ROLLUP, Signal.ROLLUP_UNCONFIRMED_RATIO, "AssertionsUnconfirmed rollup");
        blocks(80);
        look();
        Seen stopped = expect(
                ROLLUP, Signal.ROLLUP_UNCONFIRMED_RATIO, "AssertionsUnconfirmed rollup", "ConfirmationStopped rollup");

        send("confirmLatest");
        mine();
        healthy();
        look();
        blocks(210);
        look();
        silent();
        assertThat(trial.signal(ROLLUP, Signal.ROLLUP_UNCONFIRMED_RATIO)).hasValue(0.0);
        row("assertion not confirmed", "1.3 periods without a confirmation", late, "1.2 periods");
        row("confirmation stopped", "2.1 periods without a confirmation", stopped, "2.1 periods with all confirmed");
    }

    /** So many blocks, a second apart. */
    private static void blocks(int count) {
        for (int i = 0; i < count; i++) {
            mine();
        }
    }

    /** Blocks come for that long, and nothing is posted. */
    private static void work(Duration time) {
        mine();
        look();
        trial.leap(time);
        mine();
        look();
    }

    private static void batch(byte header) {
        sendBatch(header);
        mine();
    }

    private static void batchWithItsAssertion() {
        sendBatch(CERTIFICATE);
        send("stakeOnNewAssertion");
        mine();
    }

    private static void sendBatch(byte header) {
        batches++;
        send(
                "addSequencerL2BatchFromOrigin",
                number(batches),
                new DynamicBytes(new byte[] {header, 1, 2, 3}),
                number(1),
                new Address("0x0000000000000000000000000000000000000000"),
                number(0),
                number(0));
    }

    private static void send(String function, Type<?>... arguments) {
        trial.chain().node().send(Accounts.OPERATOR, contract, new Function(function, List.of(arguments), List.of()));
    }

    private static void mine() {
        trial.leap(Duration.ofSeconds(1));
        trial.chain().mine(trial.now().getEpochSecond());
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }

    private static void look() {
        trial.leap(Duration.ofSeconds(1));
        Map<String, String> parameters = new HashMap<>();
        parameters.put(RollupParentProbe.PARAMETER, RollupParentProbe.ID.value());
        parameters.put(RollupParentProbe.CHAIN_ID, "31337");
        parameters.put(RollupParentProbe.INBOX, contract);
        parameters.put(RollupParentProbe.ROLLUP, contract);
        parameters.put(RollupParentProbe.BATCH_DATA, "dac");
        parameters.put(RollupParentProbe.ASSERTION_EVERY, "3600");
        Target target = trial.target(ROLLUP, TargetKind.ENDPOINT, trial.chain().rpc("rpc-a"), parameters)
                .withWitness(trial.target("rpc-b", TargetKind.RPC, trial.chain().rpc("rpc-b"), Map.of()));
        Finding finding = new RollupParentProbe(trial.exchanger(), System::nanoTime)
                .run(target, Duration.ofSeconds(5))
                .join();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        trial.conclude(RollupParentProbe.ID, target, finding);
    }
}
