package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RetryablesProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;

/** Messages of the parent chain whose redeem fails, and those whose redeem does not. */
class RetryableFailureModesIT extends FailureModes {
    private static final String TICKETS = "tickets";
    private static final String PRECOMPILE = "0x000000000000000000000000000000000000006e";

    private static final List<Bytes32> MADE = new ArrayList<>();

    private static int last;

    private final Map<String, String> parameters = new HashMap<>();
    private RetryablesProbe probe = new RetryablesProbe(trial.exchanger(), System::nanoTime);

    @BeforeEach
    void precompile() {
        trial.leap(Duration.ofSeconds(1));
        trial.chain()
                .deployAt(
                        PRECOMPILE,
                        "Retryables",
                        LabOptions.forTests(home),
                        trial.now().getEpochSecond());
        probe = new RetryablesProbe(trial.exchanger(), System::nanoTime);
        parameters.put(RetryablesProbe.PARAMETER, RetryablesProbe.ID.value());
        parameters.put(RetryablesProbe.CHAIN_ID, "31337");
    }

    /** The code is put anew before each test, but what it stored stays. */
    @AfterEach
    void cancelAll() {
        MADE.forEach(ticket -> send("cancel", ticket));
        MADE.clear();
    }

    @Test
    void aRedeemThatFails() {
        Bytes32 ticket = submit(false);
        look();
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).hasValue(1.0);
        later(Duration.ofHours(23));
        silent();
        later(Duration.ofHours(2));
        Seen open = expect(TICKETS, Signal.RETRYABLE_LEFT_SECONDS, "RetryableUnredeemed tickets");

        send("retry", ticket, new Bool(true));
        look();
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).hasValue(0.0);
        trial.forgetFired();
        submit(true);
        for (int day = 0; day < 6; day++) {
            later(Duration.ofDays(1));
        }
        silent();
        row("retryable not redeemed", "a redeem that fails, for 25 h", open, "one redeemed at once, for 6 d");
    }

    @Test
    void aTicketThatIsAboutToBeLost() {
        Bytes32 ticket = submit(false);
        look();
        later(Duration.ofDays(5).minusMinutes(10));
        expect(TICKETS, Signal.RETRYABLE_LEFT_SECONDS, "RetryableUnredeemed tickets");
        later(Duration.ofMinutes(20));
        Seen seen = expect(
                TICKETS, Signal.RETRYABLE_LEFT_SECONDS, "RetryableUnredeemed tickets", "RetryableExpiring tickets");

        send("keepalive", ticket);
        look();
        assertThat(trial.signal(TICKETS, Signal.RETRYABLE_LEFT_SECONDS))
                .hasValueSatisfying(left -> assertThat(left).isGreaterThan(8 * 86_400.0));
        send("cancel", ticket);
        trial.forgetFired();
        later(Duration.ofDays(3));
        silent();
        row("retryable about to be lost", "the same for 5 d", seen, "one cancelled by then");
    }

    @Test
    void aStrangersTicketIsNobodysAlert() {
        parameters.put(RetryablesProbe.SENDERS, WALLET);
        submit(false);
        look();
        later(Duration.ofDays(6));
        silent();
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).hasValue(0.0);

        parameters.put(RetryablesProbe.SENDERS, Accounts.OPERATOR);
        Finding ours = look();
        assertThat(ours.evidence().get("tickets")).contains("until 20");
        expect(TICKETS, Signal.RETRYABLES_OPEN, "RetryableUnredeemed tickets", "RetryableExpiring tickets");
    }

    @Test
    void nothingIsSaidUntilAllIsRead() {
        submit(false);
        trial.pass(20, 1);
        parameters.put(RetryablesProbe.SPAN, "4");
        parameters.put(RetryablesProbe.LOOKBACK, "30");
        Finding first = look();
        assertThat(first.evidence()).containsKey("unread");
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).isEmpty();
        Finding second = look();
        assertThat(second.evidence()).doesNotContainKey("unread");
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).hasValue(1.0);
    }

    @Test
    void aChainWithoutThePrecompileIsNotSilentlyWell() {
        node("anvil_setCode", json(PRECOMPILE), json("0x"));
        assertThat(look().outcome().reason()).isEqualTo(Reason.UNSUPPORTED);
        assertThat(trial.signal(TICKETS, Signal.RETRYABLES_OPEN)).isEmpty();
    }

    private void later(Duration time) {
        trial.leap(time);
        mine();
        assertThat(look().outcome()).isEqualTo(Outcome.ok());
    }

    private static Bytes32 submit(boolean succeeds) {
        byte[] id = new byte[32];
        id[0] = (byte) ++last;
        Bytes32 ticket = new Bytes32(id);
        MADE.add(ticket);
        send("submit", ticket, new Bool(succeeds));
        return ticket;
    }

    private static void send(String function, Type<?>... arguments) {
        trial.chain().node().send(Accounts.OPERATOR, PRECOMPILE, new Function(function, List.of(arguments), List.of()));
        mine();
    }

    private static void mine() {
        trial.leap(Duration.ofSeconds(1));
        trial.chain().mine(trial.now().getEpochSecond());
    }

    private Finding look() {
        trial.leap(Duration.ofSeconds(1));
        Target target = trial.target(TICKETS, TargetKind.ENDPOINT, trial.chain().rpc("rpc-a"), parameters);
        Finding finding = probe.run(target, Duration.ofSeconds(5)).join();
        trial.conclude(RetryablesProbe.ID, target, finding);
        return finding;
    }

    private static TextNode json(String text) {
        return TextNode.valueOf(text);
    }
}
