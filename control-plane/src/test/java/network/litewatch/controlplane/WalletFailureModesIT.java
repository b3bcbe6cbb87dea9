package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.LabOptions;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.WalletProbe;
import org.junit.jupiter.api.Test;

/** What goes wrong with the accounts that pay for gas. */
class WalletFailureModesIT extends FailureModes {
    private static final String OTHER = "0x00000000000000000000000000000000000000bb";

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
    void transactionsThatAreReverted() {
        String contract = trial.chain()
                .deploy("Rollup", LabOptions.forTests(home), trial.now().getEpochSecond());
        trial.watch(WALLET);
        balance("0x3635c9adc5dea00000");
        node("anvil_impersonateAccount", TextNode.valueOf(WALLET));
        trial.pass(2, 1);
        call(contract, 1);
        trial.pass(30, 1);
        assertThat(trial.signal("wallet", Signal.WALLET_REVERTS)).hasValue(1.0);
        silent();
        call(contract, 1);
        trial.pass(2, 1);
        Seen seen = expect("wallet", Signal.WALLET_REVERTS, "WalletReverts wallet");
        row("revert", "2 calls that a contract refuses", seen, "1, seen by many runs");
        call(contract, 3);
        trial.pass(2, 1);
        Seen many = expect("wallet", Signal.WALLET_REVERTS, "WalletReverts wallet", "WalletRevertsMany wallet");

        trial.leap(Duration.ofMinutes(11));
        healthy();
        trial.watch(WALLET);
        for (int i = 0; i < 6; i++) {
            send();
            trial.pass(3, 1);
        }
        silent();
        row("many reverts", "5 calls that a contract refuses", many, "6 transactions that succeed");
    }

    @Test
    void oneCallReadsAllBalances() {
        String contract = trial.chain()
                .deploy("Multicall3", LabOptions.forTests(home), trial.now().getEpochSecond());
        balance("0xde0b6b3a7640000");
        node("anvil_setBalance", TextNode.valueOf(OTHER), TextNode.valueOf("0x2a"));
        List<String> asked = new ArrayList<>();
        WalletProbe probe = new WalletProbe(trial.exchanger(asked::add), System::nanoTime);

        assertThat(balanceOf(probe, WALLET, contract)).isEqualTo(1e18);
        assertThat(balanceOf(probe, OTHER, contract)).isEqualTo(42);
        assertThat(asked.stream().filter(body -> body.contains("eth_call"))).hasSize(1);
        assertThat(asked).noneMatch(body -> body.contains("eth_getBalance"));

        // No contract there: each wallet is asked for on its own.
        assertThat(balanceOf(probe, OTHER, WALLET)).isEqualTo(42);
        assertThat(asked.stream().filter(body -> body.contains("eth_getBalance")))
                .hasSize(1);
    }

    private static double balanceOf(WalletProbe probe, String address, String contract) {
        Map<String, String> parameters = Map.of(
                WalletProbe.ADDRESS,
                address,
                WalletProbe.MULTICALL,
                contract,
                WalletProbe.WALLETS,
                WALLET + " " + OTHER);
        Finding finding = probe.run(
                        trial.target("wallet", TargetKind.WALLET, trial.chain().rpc("rpc-a"), parameters),
                        Duration.ofSeconds(5))
                .join();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        return Objects.requireNonNull(finding.measurements().get(Measurement.WALLET_BALANCE));
    }

    /** Posts a batch without data, which the contract refuses; sent all the same. */
    private static void call(String contract, int times) {
        for (int i = 0; i < times; i++) {
            ObjectNode transaction = JsonNodeFactory.instance.objectNode();
            transaction
                    .put("from", WALLET)
                    .put("to", contract)
                    .put("gas", "0x186a0")
                    .put("gasPrice", "0x77359400")
                    .put("data", "0x8f111f3c" + "0".repeat(6 * 64));
            node("eth_sendTransaction", transaction);
        }
    }
}
