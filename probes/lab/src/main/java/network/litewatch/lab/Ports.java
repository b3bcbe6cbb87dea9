package network.litewatch.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where the lab listens; 0 is any free port.
 *
 * @param miners one for each miner
 * @param wire before what watches the lab
 * @param socketA the WebSocket of rpc-a
 * @param feed the sequencer's feed
 * @param site a web page beside the network
 * @param secureSite another one, over TLS
 * @param parent the parent chain of the network's rollup
 * @param stores before those stores that the lab stands before, by name
 */
record Ports(
        int rpcA,
        int rpcB,
        int rpcC,
        int rpcD,
        int router,
        List<Integer> miners,
        int faults,
        int slack,
        int wire,
        int indexer,
        int socketA,
        int feed,
        int site,
        int secureSite,
        int parent,
        Map<String, Integer> stores) {

    private static final int FIRST_MINER = 18801;
    private static final Map<String, Integer> STORES = Map.of("postgresql", 15433, "elasticsearch", 19201);

    /** What a lab can stand before. */
    static Set<String> storeNames() {
        return STORES.keySet();
    }

    /**
     * The well-known ports of a lab with so many miners, before {@code stores}. Below 32768, where the system does not hand out ports of its
     * own accord.
     */
    static Ports wellKnown(int miners, Set<String> stores) {
        List<Integer> ofMiners =
                IntStream.range(FIRST_MINER, FIRST_MINER + miners).boxed().toList();
        Map<String, Integer> before = new TreeMap<>(STORES);
        before.keySet().retainAll(stores);
        return new Ports(
                18545, 18546, 18547, 18544, 15010, ofMiners, 18900, 18950, 18880, 15020, 18548, 18960, 15030, 15031,
                18549, before);
    }

    /** Free ports for everything. */
    static Ports free(int miners, Set<String> stores) {
        Map<String, Integer> before = new TreeMap<>();
        stores.forEach(name -> before.put(name, 0));
        return new Ports(0, 0, 0, 0, 0, Collections.nCopies(miners, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, before);
    }

    /** Fails early, and in words that help, when a port is taken. */
    void requireFree() {
        require("rpc-a", rpcA);
        require("rpc-b", rpcB);
        require("rpc-c", rpcC);
        require("rpc-d", rpcD);
        require("router", router);
        for (int i = 0; i < miners.size(); i++) {
            require("miner-" + (i + 1), miners.get(i));
        }
        require("faults", faults);
        require("slack", slack);
        require("wire", wire);
        require("indexer", indexer);
        require("rpc-a's WebSocket", socketA);
        require("feed", feed);
        require("site", site);
        require("secure-site", secureSite);
        require("parent", parent);
        stores.forEach(Ports::require);
    }

    /** A port that was free a moment ago, for a child process to listen on. */
    static int anyFree() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static void require(String name, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(
                    true); // as the servers themselves do: a connection that lingers does not hold the port
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + port + " of " + name + " is taken (" + e.getMessage()
                            + "). Another lab may be running: stop it (ss -ltnp | grep " + port
                            + " names the process), or start with --free-ports.",
                    e);
        }
    }
}
