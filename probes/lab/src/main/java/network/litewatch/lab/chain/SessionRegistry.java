package network.litewatch.lab.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.AbiWords;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** Sessions that somebody registers wrongly on the chain. Thread-safe; a call returns when the transactions are in a block. */
public final class SessionRegistry {

    private static final Duration MINED_WITHIN = Duration.ofSeconds(6);
    private static final Uint256 NONE = new Uint256(BigInteger.ZERO);
    private static final Uint256 ONE = new Uint256(BigInteger.ONE);

    private final EvmClient node;
    private final String sessions;

    /** Registers at the contract {@code sessions}, a SessionV2, as the operator whose key {@code node} holds. */
    public SessionRegistry(EvmClient node, String sessions) {
        this.node = node;
        this.sessions = sessions;
    }

    /**
     * Opens a session without miners whose router is registered with {@code endpoint}; it is deactivated when undone.
     *
     * @throws EvmException when the chain does not take it
     */
    public synchronized FaultHandle open(String endpoint) {
        send("create", created());
        Uint256 id = new Uint256(BigInteger.valueOf(count()));
        try {
            send("addRouter", List.of(id, new Address(Accounts.ROUTER), new Utf8String(endpoint)));
        } catch (EvmException e) {
            send("deactivateSession", List.of(id));
            throw e;
        }
        return () -> send("deactivateSession", List.of(id));
    }

    /** The ids count from 1, and nobody else opens sessions once the lab runs. */
    private long count() {
        return AbiWords.of(node.readRaw(sessions, new Function("getSessionCount", List.of(), List.of())))
                .number(0);
    }

    private static List<Type<?>> created() {
        return List.of(
                new Utf8String("stray"),
                new Utf8String("lab"),
                new Address(Accounts.OPERATOR),
                ONE,
                ONE,
                ONE,
                NONE,
                ONE,
                new Bool(false),
                NONE,
                ONE,
                new Uint256(BigInteger.valueOf(300)),
                ONE);
    }

    private void send(String function, List<? extends Type<?>> arguments) {
        String hash = node.send(Accounts.OPERATOR, sessions, new Function(function, List.copyOf(arguments), List.of()));
        node.awaitReceipt(hash, MINED_WITHIN);
    }
}
