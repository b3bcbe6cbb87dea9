package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.lab.LabOptions;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.StakeProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stakes in a pool on a real chain. */
class StakeIT {
    private static final String STAKER = "0x00000000000000000000000000000000000000aa";
    private static final String NOBODY = "0x00000000000000000000000000000000000000bb";
    private static final BigInteger COR = BigInteger.TEN.pow(18);

    @TempDir
    static Path home;

    @SuppressWarnings("NullAway.Init")
    private static ChainTrial trial;

    @BeforeAll
    static void start() {
        trial = new ChainTrial(home, List.of());
        trial.restart();
    }

    @AfterAll
    static void stop() throws IOException {
        trial.close();
    }

    @Test
    void whatIsStakedIsReadAndNothingElse() {
        String pool = trial.chain()
                .deploy("StakingPool", LabOptions.forTests(home), trial.now().getEpochSecond());
        long staked = trial.now().getEpochSecond() + 1;
        stake(pool, COR.multiply(BigInteger.valueOf(10_000)), staked);

        Finding own = ask(pool, STAKER, "31337", staked + 60);
        assertThat(own.outcome()).isEqualTo(Outcome.ok());
        assertThat(own.measurements())
                .containsOnly(Map.entry(Measurement.STAKE_AMOUNT, 10_000.0), Map.entry(Measurement.STAKE_AGE, 60.0));
        assertThat(ask(pool, NOBODY, "31337", staked).measurements())
                .containsOnly(Map.entry(Measurement.STAKE_AMOUNT, 0.0));
        // Neither another chain nor an address without a contract says anything of a stake.
        for (Finding unknown : List.of(ask(pool, STAKER, "1", staked), ask(NOBODY, STAKER, "31337", staked))) {
            assertThat(unknown.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
            assertThat(unknown.measurements()).isEmpty();
        }
    }

    private static Finding ask(String pool, String staker, String chain, long at) {
        Target rpc = trial.target(
                "staking",
                TargetKind.RPC,
                trial.chain().rpc("rpc-a"),
                Map.of(StakeProbe.POOL, pool, StakeProbe.CHAIN_ID, chain));
        Target miner = trial.target(
                        "miner", TargetKind.MINER, trial.chain().rpc("rpc-a"), Map.of(StakeProbe.STAKER, staker))
                .withWitness(rpc);
        return new StakeProbe(trial.exchanger(), () -> Instant.ofEpochSecond(at))
                .run(miner, Duration.ofSeconds(5))
                .join();
    }

    private static void stake(String pool, BigInteger amount, long at) {
        trial.chain().node().call("anvil_impersonateAccount", TextNode.valueOf(STAKER));
        trial.chain().node().call("anvil_setBalance", TextNode.valueOf(STAKER), TextNode.valueOf("0xde0b6b3a7640000"));
        ObjectNode transaction = JsonNodeFactory.instance.objectNode();
        // First four bytes of keccak of "stake(uint256)".
        transaction
                .put("from", STAKER)
                .put("to", pool)
                .put("gas", "0x30d40")
                .put("gasPrice", "0x77359400")
                .put("data", "0xa694fc3a" + "%064x".formatted(amount));
        trial.chain().node().call("eth_sendTransaction", transaction);
        trial.chain().mine(at);
    }
}
