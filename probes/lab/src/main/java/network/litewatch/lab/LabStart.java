package network.litewatch.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.litewatch.fault.FaultProxy;
import network.litewatch.fault.FaultRegistry;
import network.litewatch.lab.chain.BlockProducer;
import network.litewatch.lab.chain.RollupPoster;
import network.litewatch.lab.chain.SessionRegistry;
import network.litewatch.lab.chain.Tickets;
import network.litewatch.lab.chain.Wallet;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Anvil;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.Follower;
import network.litewatch.lab.evm.SolidityCompiler;
import network.litewatch.lab.fault.AgentWire;
import network.litewatch.lab.fault.FaultServer;
import network.litewatch.lab.fault.RpcFaultProxy;
import network.litewatch.lab.fault.SubscriptionProxy;
import network.litewatch.lab.feed.FeedServer;
import network.litewatch.lab.feed.Sequencer;
import network.litewatch.lab.indexer.IndexerServer;
import network.litewatch.lab.load.QueueSpike;
import network.litewatch.lab.miner.Miner;
import network.litewatch.lab.miner.Outages;
import network.litewatch.lab.oracle.TaskOracle;
import network.litewatch.lab.process.ChildProcess;
import network.litewatch.lab.router.RouterServer;
import network.litewatch.lab.site.SecureSite;
import network.litewatch.lab.site.SiteCertificate;
import network.litewatch.lab.site.SiteServer;
import network.litewatch.lab.slack.SlackServer;

/** The start of a lab, step by step: what it holds is closed again when a step fails, and when the lab is. */
final class LabStart implements AutoCloseable {

    private static final String ROUTER_TOKEN = "lab-router-token";
    private static final String SLACK_TOKEN = "xoxb-lab";
    private static final int USUAL_DAYS = 90;
    private static final int EXPIRING_DAYS = 10;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

    private final LabOptions options;
    private final Ports ports;
    private final List<FleetNode> fleet;
    private final Consumer<String> progress;
    private final InstantSource clock;
    private final long started = System.nanoTime();
    private final Closeables open = new Closeables();
    private final List<Miner> miners = new ArrayList<>();
    private final Map<String, FaultProxy> proxies = new LinkedHashMap<>();
    private final List<RpcFaultProxy> rpcs = new ArrayList<>();
    private final Map<String, URI> rpcUris = new LinkedHashMap<>();
    private final FaultRegistry registry;
    private final LabFaults faults;

    LabStart(LabOptions options, Consumer<String> progress, InstantSource clock) {
        this.options = options;
        Set<String> stores = options.stores().keySet();
        this.ports =
                options.freePorts() ? Ports.free(options.miners(), stores) : Ports.wellKnown(options.miners(), stores);
        this.fleet = IntStream.rangeClosed(1, options.miners())
                .mapToObj(FleetNode::of)
                .toList();
        this.progress = progress;
        this.clock = clock;
        this.registry = new FaultRegistry(clock);
        this.faults = new LabFaults(registry);
    }

    @Override
    public void close() {
        registry.close(); // first, while the parts that its faults are undone at still answer
        open.close();
    }

    /** Starts everything; see {@link Lab#start(LabOptions, Consumer, InstantSource)}. */
    LabManifest run() throws IOException {
        Path manifestFile = prepare();
        NpmParts npm = NpmParts.in(options.npm());
        step("npm parts are there");
        var compiler = new SolidityCompiler(npm.solc(), options.home().resolve("cache"));
        var bytecodes = CompletableFuture.supplyAsync(compiler::compile);
        var certificates = CompletableFuture.supplyAsync(this::certificates);
        Anvil anvilA = open.add(Anvil.producer(npm.anvil(), Ports.anyFree(), log("anvil-a"), this::died));
        step("anvil-a makes blocks");
        Deployment contracts = Deployment.onto(anvilA.client(), bytecodes.join(), nodes());
        step("contracts are deployed: " + contracts.addresses());
        URI rpcA = rpc("rpc-a", ports.rpcA(), anvilA);
        startFollower(npm, anvilA);
        URI socketA = socket("rpc-a", ports.socketA(), anvilA);
        URI feed = startFeed(anvilA);
        launchMiners(rpcA, contracts);
        RouterServer router = startRouter(rpcA, contracts);
        URI routerUri = proxy("router", ports.router(), router.port());
        URI indexer = startIndexer(anvilA.endpoint(), contracts);
        startOracle(anvilA.endpoint(), contracts);
        URI site = startSite();
        URI secureSite = startSecureSite(certificates.join());
        chainFaults(anvilA.client(), contracts, bytecodes.join());
        URI parent = startParent(npm, code(bytecodes.join(), "Rollup"));
        URI wire = startWire();
        Map<String, Integer> stores = standBefore();
        awaitConnected(router);
        fleetFaults(router, routerUri);
        faults.tcp(proxies);
        URI slackPage = startSlack();
        URI faultApi = startFaultApi();
        var manifest = new LabManifest(
                Anvil.CHAIN_ID,
                rpcUris,
                socketA,
                feed,
                parent,
                routerUri,
                ROUTER_TOKEN,
                indexer,
                site,
                secureSite,
                authorities(),
                wire,
                stores,
                minersListed(),
                miners.size() + 1L,
                faultApi,
                slackPage.resolve("api/"),
                slackPage,
                SLACK_TOKEN,
                contracts.addresses());
        manifest.writeTo(manifestFile);
        return manifest;
    }

    /** Removes the manifest of an earlier lab, and sees that ports are free; where this one's manifest will be. */
    private Path prepare() throws IOException {
        Path file = options.home().resolve("lab.json");
        Files.createDirectories(options.home());
        Files.deleteIfExists(file);
        ports.requireFree();
        return file;
    }

    /** What can go wrong with the chain itself, and with what is on it beside the network's work. */
    private void chainFaults(EvmClient node, Deployment contracts, Map<String, String> bytecodes) {
        faults.logs(rpcs);
        faults.wallet("wallet", new Wallet(node, Accounts.WALLET, contracts.sessionQueueV2()));
        faults.wallet("wallet-2", new Wallet(node, Accounts.OTHER_WALLET, contracts.sessionQueueV2()));
        faults.wallet("canary-2", new Wallet(node, Accounts.OTHER_CANARY, contracts.sessionQueueV2()));
        faults.sessions(new SessionRegistry(node, contracts.sessionV2()));
        faults.tickets(Tickets.onto(node, code(bytecodes, "Retryables")));
        faults.blocks(new BlockProducer(node, Anvil.BLOCK_TIME, clock)); // after all that is on the chain for good
    }

    /** What can go wrong with one miner, with many, and with those who ask them. */
    private void fleetFaults(RouterServer router, URI endpoint) {
        faults.router(router);
        miners.forEach(faults::miner);
        faults.fleet(open.add(new Outages(miners)));
        faults.queue(open.add(new QueueSpike(endpoint, ROUTER_TOKEN)), miners.size() + 1L);
    }

    private void launchMiners(URI rpc, Deployment contracts) {
        for (FleetNode node : fleet) {
            var settings = new Miner.Settings(
                    node.name(),
                    node.account(),
                    node.model(),
                    Ports.anyFree(),
                    options.home(),
                    rpc,
                    contracts.sessionQueueV2(),
                    node.tokenInterval(options.tokenInterval()));
            Miner miner = open.add(Miner.launch(settings, this::died));
            miners.add(miner);
            proxy(node.name(), ports.miners().get(node.number() - 1), settings.port());
        }
        miners.forEach(Miner::awaitReady);
        step("miners have loaded their model");
    }

    /** The chain that the network's rollup posts to; nothing else uses it. */
    private URI startParent(NpmParts npm, String rollup) {
        Anvil node = open.add(Anvil.parent(npm.anvil(), Ports.anyFree(), log("anvil-parent"), this::died));
        faults.rollup(open.add(RollupPoster.start(node.client(), rollup)));
        return proxy("parent", ports.parent(), node.endpoint().getPort());
    }

    private static String code(Map<String, String> bytecodes, String contract) {
        return Objects.requireNonNull(bytecodes.get(contract), () -> "no bytecode for " + contract);
    }

    private List<Deployment.Node> nodes() {
        return fleet.stream()
                .map(node -> new Deployment.Node(node.account(), node.modelIdentifier()))
                .toList();
    }

    private RouterServer startRouter(URI rpc, Deployment contracts) {
        List<RouterServer.MinerAddress> addresses = fleet.stream()
                .map(node ->
                        new RouterServer.MinerAddress(node.name(), node.account(), node.model(), endpoint(node.name())))
                .toList();
        var settings = new RouterServer.Settings(0, ROUTER_TOKEN, rpc, contracts, addresses);
        return open.add(new RouterServer(settings, clock));
    }

    /** It reads the node itself too: it ends tasks whatever our RPCs say. */
    private void startOracle(URI node, Deployment contracts) {
        var oracle = open.add(new TaskOracle(node, contracts));
        faults.chain(oracle);
        fleet.forEach(member -> faults.counters(oracle, member));
    }

    /** It reads the node itself and not through the proxy: what an RPC of ours says wrong does not make the indexer wrong. */
    private URI startIndexer(URI node, Deployment contracts) {
        List<String> accounts = fleet.stream().map(FleetNode::account).toList();
        var indexer = open.add(new IndexerServer(0, node, contracts, accounts, clock));
        faults.indexer(indexer);
        return proxy("indexer", ports.indexer(), indexer.port());
    }

    private URI startSite() {
        var site = open.add(new SiteServer(0));
        faults.site(site);
        return proxy("site", ports.site(), site.port());
    }

    private List<SiteCertificate> certificates() {
        return Stream.of(USUAL_DAYS, EXPIRING_DAYS)
                .map(days -> SiteCertificate.make(options.home().resolve("tls"), days))
                .toList();
    }

    private URI startSecureSite(List<SiteCertificate> certificates) throws IOException {
        var site = open.add(new SecureSite(0, certificates.get(0), certificates.get(1)));
        faults.secureSite(site);
        Files.writeString(
                authorities(), certificates.stream().map(SiteCertificate::pem).collect(Collectors.joining()));
        return URI.create("tls://127.0.0.1:"
                + proxy("secure-site", ports.secureSite(), site.port()).getPort());
    }

    private Path authorities() {
        return options.home().resolve("tls").resolve("authorities.pem");
    }

    private URI startWire() {
        var wire = open.add(new AgentWire(0, URI.create("http://127.0.0.1:" + watcherPort() + "/")));
        faults.agents(wire);
        return proxy("wire", ports.wire(), wire.port());
    }

    /** Where whoever uses the stores finds them, by name. */
    private Map<String, Integer> standBefore() {
        Map<String, Integer> before = new TreeMap<>();
        options.stores()
                .forEach((name, port) -> before.put(
                        name,
                        proxy(name, Objects.requireNonNull(ports.stores().get(name)), port)
                                .getPort()));
        return before;
    }

    private void awaitConnected(RouterServer router) {
        long deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
        while (router.connectedMiners() < miners.size()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "the router reached " + router.connectedMiners() + " of its miners only");
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the router's miners", e);
            }
        }
        step("the router has its miners");
    }

    private List<LabManifest.Miner> minersListed() {
        return fleet.stream()
                .map(node -> new LabManifest.Miner(
                        node.name(),
                        node.account().toLowerCase(Locale.ROOT),
                        node.number(),
                        node.model(),
                        node.speed().label(),
                        node.tokenInterval(options.tokenInterval()).toMillis()))
                .toList();
    }

    /** A node that serves the blocks of {@code producer}, and three ways to it. */
    private void startFollower(NpmParts npm, Anvil producer) throws IOException {
        Anvil anvilB =
                open.add(Anvil.follower(npm.anvil(), Ports.anyFree(), producer.endpoint(), log("anvil-b"), this::died));
        open.add(Follower.start(producer, anvilB));
        step("anvil-b follows");
        rpc("rpc-b", ports.rpcB(), anvilB);
        rpc("rpc-c", ports.rpcC(), anvilB);
        rpc("rpc-d", ports.rpcD(), anvilB);
    }

    private URI rpc(String name, int listenPort, Anvil node) {
        var proxy = open.add(new RpcFaultProxy(0, node.endpoint()));
        rpcs.add(proxy);
        faults.rpc(name, proxy);
        URI uri = proxy(name, listenPort, proxy.port());
        rpcUris.put(name, uri);
        return uri;
    }

    private URI socket(String name, int listenPort, Anvil node) {
        var proxy = open.add(new SubscriptionProxy(listenPort, node.endpoint()));
        faults.socket(name, proxy);
        return URI.create("ws://127.0.0.1:" + proxy.port());
    }

    private URI startFeed(Anvil node) {
        var feed = open.add(new FeedServer());
        open.add(Sequencer.start(node.client(), feed));
        faults.feed(feed);
        return URI.create(
                "ws://127.0.0.1:" + proxy("feed", ports.feed(), feed.port()).getPort());
    }

    private URI startSlack() {
        var slack = open.add(new SlackServer(ports.slack(), SLACK_TOKEN, clock));
        faults.slack(slack);
        slack.tell(URI.create("http://127.0.0.1:" + watcherPort() + "/slack/interactions"));
        return URI.create("http://127.0.0.1:" + slack.port() + "/");
    }

    private URI startFaultApi() {
        var api = open.add(new FaultServer(ports.faults(), registry));
        step("faults and Slack's stand-in are there");
        return URI.create("http://127.0.0.1:" + api.port());
    }

    private URI proxy(String name, int listenPort, int upstreamPort) {
        var upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort);
        proxies.put(name, open.add(new FaultProxy(listenPort, upstream)));
        return endpoint(name);
    }

    /** Where whoever watches the lab listens, if anybody does: the wire to it can be cut like any other. */
    private static int watcherPort() {
        return Integer.parseInt(System.getenv().getOrDefault("LITEWATCH_PORT", "8080"));
    }

    private URI endpoint(String name) {
        FaultProxy proxy = proxies.get(name);
        if (proxy == null) {
            throw new IllegalStateException("no proxy " + name);
        }
        return URI.create("http://127.0.0.1:" + proxy.port());
    }

    private Path log(String name) {
        return options.home().resolve("logs").resolve(name + ".log");
    }

    private void step(String what) {
        double seconds = (System.nanoTime() - started) / 1e9;
        progress.accept(String.format(Locale.ROOT, "%5.1f s  %s", seconds, what));
    }

    private void died(ChildProcess child) {
        progress.accept("a part of the lab died: " + child.report());
    }
}
