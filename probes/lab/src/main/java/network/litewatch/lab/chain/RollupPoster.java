package network.litewatch.lab.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * What a rollup leaves on its parent chain: each few seconds a batch, an assertion of it, and a confirmation of that. Thread-safe; a call
 * returns when the fault is there.
 */
public final class RollupPoster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RollupPoster.class);
    private static final Duration EVERY = Duration.ofSeconds(4);
    private static final Duration MINED_WITHIN = Duration.ofSeconds(4); // of a chain with a block each 2 s
    private static final byte CERTIFICATE = (byte) 0x88; // a batch's first byte: a certificate of a committee follows
    private static final byte DATA = 0;

    private final EvmClient node;
    private final String contract;
    private final ScheduledExecutorService scheduler = Threads.scheduler("rollup");
    private long batches; // guarded by this
    private boolean asserts = true; // guarded by this
    private boolean confirms = true; // guarded by this
    private byte header = CERTIFICATE; // guarded by this

    private RollupPoster(EvmClient node, String contract) {
        this.node = node;
        this.contract = contract;
    }

    /**
     * Deploys the contracts of a rollup, inbox and rollup in one, and begins to post.
     *
     * @param node of the parent chain, which is fresh: the address is always the same
     * @param bytecode that creates the contract, hex without 0x
     * @throws EvmException when the node does not do it
     */
    public static RollupPoster start(EvmClient node, String bytecode) {
        String hash = node.deploy(Accounts.OPERATOR, bytecode);
        node.call("evm_mine");
        String address =
                node.awaitReceipt(hash, MINED_WITHIN).path("contractAddress").asText();
        var poster = new RollupPoster(node, address);
        var unused = poster.scheduler.scheduleWithFixedDelay(poster::step, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return poster;
    }

    /** Batches carry their data and no certificate of a committee, until undone. */
    public synchronized FaultHandle data() {
        header = DATA;
        return () -> {
            synchronized (this) {
                header = CERTIFICATE;
            }
        };
    }

    /** Batches come and nobody asserts them, until undone. */
    public synchronized FaultHandle noAssertions() {
        asserts = false;
        return () -> {
            synchronized (this) {
                asserts = true;
            }
        };
    }

    /**
     * Nothing is confirmed until undone, and at once so many blocks come that the oldest assertion that is not is that old.
     *
     * @param blocks of the parent chain
     * @throws EvmException when the node does not do it; then all is confirmed as before
     */
    public synchronized FaultHandle noConfirmations(int blocks) {
        confirms = false;
        try {
            node.awaitReceipt(send("stakeOnNewAssertion"), MINED_WITHIN);
            node.call("anvil_mine", Json.MAPPER.getNodeFactory().numberNode(blocks));
        } catch (EvmException e) {
            confirms = true;
            throw e;
        }
        return () -> {
            synchronized (this) {
                confirms = true;
            }
        };
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private synchronized void step() {
        try {
            batches++;
            send(
                    "addSequencerL2BatchFromOrigin",
                    number(batches),
                    new DynamicBytes(new byte[] {header, 1, 2, 3}),
                    number(1),
                    new Address("0x0000000000000000000000000000000000000000"),
                    number(0),
                    number(0));
            if (asserts) {
                send("stakeOnNewAssertion");
            }
            if (confirms) {
                send("confirmLatest");
            }
        } catch (EvmException e) {
            LOG.debug("nothing was posted", e); // the next step posts again
        }
    }

    private String send(String function, Type<?>... arguments) {
        return node.send(Accounts.OPERATOR, contract, new Function(function, List.of(arguments), List.of()));
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
