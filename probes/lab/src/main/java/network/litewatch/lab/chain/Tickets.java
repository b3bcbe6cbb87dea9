package network.litewatch.lab.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Json;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/** Retryable tickets of a chain: messages of a parent chain that nobody has carried out. Thread-safe; a call returns when it is in a block. */
public final class Tickets {

    /** Where Arbitrum's chains have their precompile for retryable tickets. */
    public static final String PRECOMPILE = "0x000000000000000000000000000000000000006E";

    private static final Duration MINED_WITHIN = Duration.ofSeconds(4); // of a chain with a block a second
    private static final int ID_BYTES = 32;

    private final EvmClient node;
    private final AtomicLong made = new AtomicLong();

    private Tickets(EvmClient node) {
        this.node = node;
    }

    /**
     * Puts a stand-in of the precompile onto the chain of {@code node}.
     *
     * @param bytecode that creates it, hex without 0x
     * @throws EvmException when the node does not do it
     */
    public static Tickets onto(EvmClient node, String bytecode) {
        // What would be stored at the address of a contract that were created so.
        JsonNode code = node.call("eth_call", Json.object().put("data", "0x" + bytecode), text("latest"));
        node.call("anvil_setCode", text(PRECOMPILE), code);
        return new Tickets(node);
    }

    /**
     * Makes a ticket that is as old as {@code age} and whose redeem has failed; cancelled when it is undone.
     *
     * @param age less than the 7 days for which a ticket lives
     * @throws EvmException when the node does not do it
     */
    public FaultHandle unredeemed(Duration age) {
        byte[] number = BigInteger.valueOf(made.incrementAndGet()).toByteArray();
        byte[] id = new byte[ID_BYTES];
        System.arraycopy(number, 0, id, ID_BYTES - number.length, number.length);
        var ticket = new Bytes32(id);
        node.awaitReceipt(send("arrived", ticket, new Uint256(age.toSeconds())), MINED_WITHIN);
        // Reverted, it is gone already: an earlier try came through.
        return () -> node.awaitMined(send("cancel", ticket), MINED_WITHIN);
    }

    private String send(String function, Type<?>... arguments) {
        return node.send(Accounts.OPERATOR, PRECOMPILE, new Function(function, List.of(arguments), List.of()));
    }

    private static JsonNode text(String value) {
        return Json.MAPPER.getNodeFactory().textNode(value);
    }
}
