package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.time.Duration;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.LabOptions;
import org.junit.jupiter.api.Test;

/** What goes wrong with the accounts that pay for gas. */
class WalletFailureModesIT extends FailureModes {
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
