package network.litewatch.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Anvil;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.SolidityCompiler;
import network.litewatch.lab.fault.RpcFaultProxy;
import network.litewatch.lab.fault.SubscriptionProxy;
import network.litewatch.lab.feed.FeedServer;
import network.litewatch.lab.http.Json;

/**
 * A real chain whose blocks come when they are asked for, with the timestamps that are asked for, behind several RPCs that can lie
 * each on its own: hours of a chain's life in seconds. For tests; confined to one thread.
 */
public final class ManualChain implements AutoCloseable {

    private static final Duration LEASE = Duration.ofMinutes(15);

    private final Anvil anvil;
    private final Map<String, RpcFaultProxy> rpcs = new LinkedHashMap<>();
    private final SubscriptionProxy socket;
    private final FeedServer feed = new FeedServer();

    private ManualChain(Anvil anvil) {
        this.anvil = anvil;
        this.socket = new SubscriptionProxy(0, anvil.endpoint());
    }

    /** Starts it with an RPC for each of {@code names}; {@code options} say where logs and npm's parts are. */
    public static ManualChain start(LabOptions options, List<String> names) {
        NpmParts npm = NpmParts.in(options.npm());
        var chain = new ManualChain(
                Anvil.manual(npm.anvil(), Ports.anyFree(), options.home().resolve("anvil-manual.log"), died -> {}));
        names.forEach(name -> chain.rpcs.put(name, new RpcFaultProxy(0, chain.anvil.endpoint())));
        return chain;
    }

    /** Where an RPC listens. */
    public URI rpc(String name) {
        return URI.create("http://127.0.0.1:" + proxy(name).port());
    }

    /** Where the node's WebSocket listens, behind a proxy that can be mute. */
    public URI socket() {
        return URI.create("ws://127.0.0.1:" + socket.port());
    }

    /** Where the sequencer's feed is broadcast. */
    public URI feed() {
        return URI.create("ws://127.0.0.1:" + feed.port());
    }

    /** Makes a fault at the WebSocket until the handle is undone. */
    public FaultHandle injectSocket(String kind) {
        return socket.injector(kind).inject(Json.object(), LEASE);
    }

    /** Makes the feed mute until the handle is undone. */
    public FaultHandle muteFeed() {
        return feed.mute().inject(Json.object(), LEASE);
    }

    /** Deploys one of the lab's contracts, {@code Rollup} for one; its address. The deployment is in a block with this timestamp. */
    public String deploy(String contract, LabOptions options, long timestamp) {
        var compiler = new SolidityCompiler(
                NpmParts.in(options.npm()).solc(), options.home().resolve("cache"));
        String code = Objects.requireNonNull(compiler.compile().get(contract));
        String hash = node().deploy(Accounts.OPERATOR, code);
        mine(timestamp);
        return node().awaitReceipt(hash, LEASE).path("contractAddress").asText();
    }

    /** As {@link #deploy}, and its code is put at {@code address} too, with nothing stored. */
    public void deployAt(String address, String contract, LabOptions options, long timestamp) {
        JsonNode code = node().call("eth_getCode", text(deploy(contract, options, timestamp)), text("latest"));
        node().call("anvil_setCode", text(address), code);
    }

    /** The node itself, with no lies before it. */
    public EvmClient node() {
        return anvil.client();
    }

    /** The head's timestamp, seconds since 1970. */
    public long timestamp() {
        JsonNode block = node().call(
                        "eth_getBlockByNumber",
                        text("latest"),
                        Json.MAPPER.getNodeFactory().booleanNode(false));
        return EvmClient.quantity(block.path("timestamp"));
    }

    /** Makes a block with this timestamp, which must not be before the head's. */
    public void mine(long timestamp) {
        node().call("evm_mine", Json.MAPPER.getNodeFactory().numberNode(timestamp));
        feed.publish(timestamp);
    }

    /** Makes a fault at an RPC until the handle is undone. */
    public FaultHandle inject(String kind, String rpc, String args) {
        try {
            return proxy(rpc).injector(kind).inject(Json.MAPPER.readTree(args), LEASE);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("args are no JSON: " + args, e);
        }
    }

    @Override
    public void close() {
        rpcs.values().forEach(RpcFaultProxy::close);
        socket.close();
        feed.close();
        anvil.close();
    }

    private RpcFaultProxy proxy(String name) {
        return Objects.requireNonNull(rpcs.get(name), () -> "no RPC " + name);
    }

    private static JsonNode text(String value) {
        return Json.MAPPER.getNodeFactory().textNode(value);
    }
}
