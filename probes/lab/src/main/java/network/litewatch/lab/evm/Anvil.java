package network.litewatch.lab.evm;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.process.ChildProcess;

/** One anvil, a real EVM node, as a child process. */
public final class Anvil implements AutoCloseable {

    /** The chain id of the lab. */
    public static final long CHAIN_ID = 31337;

    /** The chain id of the lab's parent chain. */
    public static final long PARENT_ID = 31338;

    /** The hash of the first block of {@link #producer}, which follows from its time, its accounts and its settings. */
    public static final String GENESIS = "0x871ece42f9bd0799fec8df4a99445eab82e2f8d23a0e3d92974e04e883191bd9";

    /** The time between two blocks of {@link #producer}. */
    public static final Duration BLOCK_TIME = Duration.ofSeconds(1);

    private static final String GENESIS_TIME = "1700000000";
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    private final ChildProcess process;
    private final URI endpoint;
    private final EvmClient client;

    private Anvil(ChildProcess process, URI endpoint, EvmClient client) {
        this.process = process;
        this.endpoint = endpoint;
        this.client = client;
    }

    /**
     * Starts a chain that makes a block each second, whether or not there is anything to put in it, and keeps the state of the last 512:
     * a frozen view of it must stay readable. Its first block is {@link #GENESIS}, and long ago; the others are of now.
     */
    public static Anvil producer(Path binary, int port, Path log, Consumer<ChildProcess> onDeath) {
        Anvil anvil = start(
                "anvil-a",
                binary,
                port,
                log,
                onDeath,
                CHAIN_ID,
                List.of(
                        "--block-time",
                        Long.toString(BLOCK_TIME.toSeconds()),
                        "--prune-history",
                        "512",
                        "--gas-limit",
                        "1000000000",
                        "--timestamp",
                        GENESIS_TIME,
                        "--accounts",
                        Integer.toString(Accounts.NEEDED)));
        long now = InstantSource.system().instant().getEpochSecond();
        anvil.client.call("evm_setTime", Json.MAPPER.getNodeFactory().numberNode(now));
        return anvil;
    }

    /** Starts a chain that makes a block when it is told to, and with the timestamp that it is told. */
    public static Anvil manual(Path binary, int port, Path log, Consumer<ChildProcess> onDeath) {
        return start(
                "anvil-manual", binary, port, log, onDeath, CHAIN_ID, List.of("--no-mining", "--prune-history", "512"));
    }

    /** Starts a chain of its own, {@link #PARENT_ID}, with a block each 2 s: what a rollup leaves its batches on. */
    public static Anvil parent(Path binary, int port, Path log, Consumer<ChildProcess> onDeath) {
        List<String> more = List.of("--block-time", "2", "--prune-history", "512", "--accounts", "1");
        return start("anvil-parent", binary, port, log, onDeath, PARENT_ID, more);
    }

    /**
     * Starts a node that makes no blocks of its own and serves {@code upstream}'s chain; {@link Follower} keeps it in step. Without
     * accounts of its own, for it would give them balances that the chain does not know.
     */
    public static Anvil follower(Path binary, int port, URI upstream, Path log, Consumer<ChildProcess> onDeath) {
        return start(
                "anvil-b",
                binary,
                port,
                log,
                onDeath,
                CHAIN_ID,
                List.of("--no-mining", "--accounts", "0", "--fork-url", upstream.toString(), "--no-storage-caching"));
    }

    private static Anvil start(
            String name,
            Path binary,
            int port,
            Path log,
            Consumer<ChildProcess> onDeath,
            long chain,
            List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(chain),
                "--slots-in-an-epoch",
                "4",
                "-q"));
        command.addAll(more);
        ChildProcess process = ChildProcess.startGuarded(name, command, log, onDeath);
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        var client = new EvmClient(endpoint, CALL_LIMIT);
        try {
            process.awaitReady(() -> answers(client), READY_LIMIT);
            return new Anvil(process, endpoint, client);
        } catch (IllegalStateException e) {
            process.close();
            throw e;
        }
    }

    /** Where it listens, with no proxy before it. */
    public URI endpoint() {
        return endpoint;
    }

    /** A client that dials it directly. */
    public EvmClient client() {
        return client;
    }

    @Override
    public void close() {
        process.close();
    }

    private static boolean answers(EvmClient client) {
        try {
            client.blockNumber();
            return true;
        } catch (EvmException e) {
            return false;
        }
    }
}
