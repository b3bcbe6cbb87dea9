package network.litewatch.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.fault.FaultProxy;
import network.litewatch.fault.FaultRegistry;
import network.litewatch.lab.chain.BlockProducer;
import network.litewatch.lab.chain.RollupPoster;
import network.litewatch.lab.chain.SessionRegistry;
import network.litewatch.lab.chain.Tickets;
import network.litewatch.lab.chain.Wallet;
import network.litewatch.lab.fault.AgentWire;
import network.litewatch.lab.fault.RpcFaultProxy;
import network.litewatch.lab.fault.SubscriptionProxy;
import network.litewatch.lab.feed.FeedServer;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.indexer.IndexerServer;
import network.litewatch.lab.load.QueueSpike;
import network.litewatch.lab.miner.Miner;
import network.litewatch.lab.miner.Outages;
import network.litewatch.lab.oracle.TaskOracle;
import network.litewatch.lab.router.RouterServer;
import network.litewatch.lab.site.SecureSite;
import network.litewatch.lab.site.SiteServer;
import network.litewatch.lab.slack.SlackServer;

/** Which faults can be made at which part of the lab. */
final class LabFaults {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final FaultRegistry registry;

    LabFaults(FaultRegistry registry) {
        this.registry = registry;
    }

    /** tcp.latency, tcp.blackhole and tcp.reset at whatever stands behind a proxy. */
    void tcp(Map<String, FaultProxy> proxies) {
        proxies.forEach((target, proxy) ->
                FaultProxy.KINDS.keySet().forEach(kind -> registry.register(kind, target, proxy.injector(kind))));
    }

    /** Everything that an RPC can say wrong. */
    void rpc(String target, RpcFaultProxy proxy) {
        for (String kind : RpcFaultProxy.KINDS) {
            registry.register(kind, target, proxy.injector(kind));
        }
    }

    /** chain.no-logs at every one of {@code rpcs}. */
    void logs(Collection<RpcFaultProxy> rpcs) {
        registry.register("chain.no-logs", "chain", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of());
            var refusal = Json.object()
                    .put("code", -32000)
                    .put("message", "logs are not served")
                    .put("method", "eth_getLogs");
            List<FaultHandle> handles = new ArrayList<>();
            try {
                for (RpcFaultProxy rpc : rpcs) {
                    handles.add(rpc.injector("rpc.error").inject(refusal, lease));
                }
            } catch (RuntimeException e) { // whatever it is, it is at all of them or at none
                handles.forEach(FaultHandle::undo);
                throw e;
            }
            return () -> handles.forEach(FaultHandle::undo);
        });
    }

    /** rpc.mute and rpc.no-socket at an RPC's WebSocket. */
    void socket(String target, SubscriptionProxy proxy) {
        SubscriptionProxy.KINDS.forEach(kind -> registry.register(kind, target, proxy.injector(kind)));
    }

    /** agent.clock and agent.refused, on the way from agents to what watches the lab. */
    void agents(AgentWire wire) {
        AgentWire.KINDS.forEach(kind -> registry.register(kind, "wire", wire.injector(kind)));
    }

    /** feed.mute. */
    void feed(FeedServer feed) {
        registry.register("feed.mute", "feed", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of());
            return feed.mute().inject(args, lease);
        });
    }

    /** miner.slow, miner.stop, miner.swap-model and what a miner can do wrong while it serves; one fault of a kind at a miner at a time. */
    void miner(Miner miner) {
        atRunning(miner, "miner.slow", Set.of("factor"), args -> {
            miner.slowBy(Arguments.number(args, "factor", null, 0.1, 1_000));
            return () -> miner.slowBy(1);
        });
        alone("miner.stop", miner.settings().name(), Set.of(), args -> {
            miner.stop();
            return miner::start;
        });
        atRunning(miner, "miner.swap-model", Set.of("model"), args -> {
            miner.swapModel(args.path("model").asText("lab-tiny-2"));
            return () -> miner.swapModel(miner.settings().model());
        });
        cheats(miner);
    }

    /** miner.cold, .mixed, .lie-tokens, .cached, .wrong and .hang; a share of 1 is every task. */
    private void cheats(Miner miner) {
        atRunning(miner, "miner.cold", Set.of("load", "idle"), args -> {
            Duration most = Duration.ofMinutes(5);
            return miner.goCold(
                    Arguments.duration(args, "load", Duration.ofSeconds(3), Duration.ZERO, most),
                    Arguments.duration(args, "idle", Duration.ofSeconds(5), Duration.ZERO, most));
        });
        atRunning(
                miner,
                "miner.mixed",
                Set.of("share", "model"),
                args -> miner.mix(share(args), args.path("model").asText("lab-mini-2")));
        atRunning(
                miner,
                "miner.lie-tokens",
                Set.of("factor"),
                args -> miner.claimTokens(Arguments.number(args, "factor", 2.0, 0.1, 100)));
        atRunning(miner, "miner.cached", Set.of(), args -> miner.answerFromCache());
        atRunning(miner, "miner.wrong", Set.of("share"), args -> miner.answerWrong(share(args)));
        atRunning(miner, "miner.hang", Set.of("share"), args -> miner.hang(share(args)));
    }

    /** A fault of which a miner has one at a time, while it runs. */
    private void atRunning(Miner miner, String type, Set<String> known, Function<JsonNode, FaultHandle> start) {
        alone(type, miner.settings().name(), known, args -> {
            requireRunning(miner);
            return start.apply(args);
        });
    }

    /** A fault that {@code target} has one of at a time, with no other arguments than those {@code known}. */
    private void alone(String type, String target, Set<String> known, Function<JsonNode, FaultHandle> start) {
        registry.register(type, target, exclusive((args, lease) -> {
            Arguments.onlyKnown(args, known);
            return start.apply(args);
        }));
    }

    private static double share(JsonNode args) {
        return Arguments.number(args, "share", 1.0, 0, 1);
    }

    /** router.5xx, and one at a time of router.default-token, router.open, router.expose, router.hide-session, router.miners-lie and router.shape; what it loses. */
    void router(RouterServer router) {
        registry.register("router.5xx", "router", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of("status"));
            return router.failWith(Arguments.whole(args, "status", 503, 500, 599));
        });
        alone("router.default-token", "router", Set.of(), args -> router.takeDefaultToken());
        alone("router.open", "router", Set.of(), args -> router.takeAnybody());
        alone(
                "router.expose",
                "router",
                Set.of("path"),
                args -> router.expose(args.path("path").asText("/api/v1/delegate")));
        alone(
                "router.hide-session",
                "router",
                Set.of("session"),
                args -> router.hideSession(Arguments.whole(args, "session", 1, 1, 1_000_000)));
        alone(
                "router.miners-lie",
                "router",
                Set.of("hide"),
                args -> router.listWrongly(args.path("hide").asText("")));
        alone(
                "router.shape",
                "router",
                Set.of("route", "field", "name"),
                args -> router.rename(
                        args.path("route").asText("status"),
                        args.path("field").asText("connected_miners"),
                        args.path("name").asText("miners_connected")));
        routerLoss(router);
    }

    /** router.drop-tasks and router.slow, one of a kind at a time. */
    private void routerLoss(RouterServer router) {
        alone("router.drop-tasks", "router", Set.of("share"), args -> router.dropTasks(share(args)));
        alone(
                "router.slow",
                "router",
                Set.of("percent"),
                args -> router.slowBy(Arguments.number(args, "percent", 40.0, 1, 1_000) / 100));
    }

    /** fleet.outage and fleet.churn, one of a kind at a time. */
    void fleet(Outages outages) {
        alone(
                "fleet.outage",
                "miners",
                Set.of("share"),
                args -> outages.together(Arguments.number(args, "share", 0.5, 0.01, 1)));
        alone(
                "fleet.churn",
                "miners",
                Set.of("away", "between"),
                args -> outages.inTurn(
                        Arguments.duration(args, "away", Duration.ofSeconds(5), SHORTEST, LONGEST),
                        Arguments.duration(args, "between", Duration.ofSeconds(5), SHORTEST, LONGEST)));
    }

    /** queue.spike at the session {@code shared}, one at a time. */
    void queue(QueueSpike spike, long shared) {
        alone(
                "queue.spike",
                "router",
                Set.of("per_second", "tokens"),
                args -> spike.ask(
                        shared,
                        Arguments.whole(args, "per_second", 2, 1, 50),
                        Arguments.whole(args, "tokens", 32, 1, 512)));
    }

    /** oracle.silent, chain.task-timeout and chain.new-phase, one of a kind at a time. */
    void chain(TaskOracle oracle) {
        alone(
                "chain.task-timeout",
                "chain",
                Set.of("seconds"),
                args -> oracle.waitOnly(Arguments.whole(args, "seconds", 5, 1, 60)));
        alone("chain.new-phase", "chain", Set.of(), args -> oracle.startPhase());
        alone("oracle.silent", "oracle", Set.of(), args -> oracle.fallSilent());
    }

    /** chain.stall, and chain.reorg while the chain does not stand still. */
    void blocks(BlockProducer chain) {
        registry.register("chain.stall", "chain", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of());
            return chain.stall();
        });
        registry.register("chain.reorg", "chain", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of("depth"));
            return chain.reorg(Arguments.whole(args, "depth", 4, 1, 64));
        });
    }

    /** chain.private-endpoint, one at a time. */
    void sessions(SessionRegistry sessions) {
        alone(
                "chain.private-endpoint",
                "chain",
                Set.of("endpoint"),
                args -> sessions.open(args.path("endpoint").asText("http://10.0.0.5:5010")));
    }

    /** wallet.drain, wallet.stuck and wallet.revert, one of a kind at a time. */
    void wallet(String target, Wallet wallet) {
        alone(
                "wallet.drain",
                target,
                Set.of("left_ether"),
                args -> wallet.drain(Arguments.number(args, "left_ether", 0.0, 0, 10_000)));
        alone("wallet.stuck", target, Set.of("count"), args -> wallet.stuck(Arguments.whole(args, "count", 1, 1, 16)));
        alone(
                "wallet.revert",
                target,
                Set.of("count"),
                args -> wallet.revert(Arguments.whole(args, "count", 1, 1, 16)));
    }

    /** ticket.unredeemed: any number of them. */
    void tickets(Tickets tickets) {
        registry.register("ticket.unredeemed", "tickets", (args, lease) -> {
            Arguments.onlyKnown(args, Set.of("days"));
            double days = Arguments.number(args, "days", 2.0, 0, 6.5);
            return tickets.unredeemed(
                    Duration.ofSeconds(Math.round(days * Duration.ofDays(1).toSeconds())));
        });
    }

    /** rollup.data, rollup.no-assertions and rollup.no-confirmations, one of a kind at a time. */
    void rollup(RollupPoster rollup) {
        alone("rollup.data", "rollup", Set.of(), args -> rollup.data());
        alone("rollup.no-assertions", "rollup", Set.of(), args -> rollup.noAssertions());
        alone(
                "rollup.no-confirmations",
                "rollup",
                Set.of("blocks"),
                args -> rollup.noConfirmations(Arguments.whole(args, "blocks", 210, 1, 400)));
    }

    /** chain.miscount of one node, one at a time. */
    void counters(TaskOracle oracle, FleetNode node) {
        alone("chain.miscount", node.name(), Set.of("share"), args -> oracle.miscount(node.account(), share(args)));
    }

    /** indexer.stale, indexer.lie and indexer.reset, one of a kind at a time. */
    void indexer(IndexerServer indexer) {
        alone("indexer.stale", "indexer", Set.of(), args -> indexer.standStill());
        alone(
                "indexer.lie",
                "indexer",
                Set.of("sessions"),
                args -> indexer.invent(Arguments.whole(args, "sessions", 100, 1, 1_000_000)));
        alone("indexer.reset", "indexer", Set.of(), args -> indexer.startAnew());
    }

    /** site.expiring, one at a time. */
    void secureSite(SecureSite site) {
        alone("site.expiring", "secure-site", Set.of(), args -> site.expire());
    }

    /** site.limit, one at a time. */
    void site(SiteServer site) {
        alone("site.limit", "site", Set.of(), args -> site.limit());
    }

    /** What can be wrong with Slack. */
    void slack(SlackServer slack) {
        SlackServer.KINDS.forEach(kind -> registry.register(kind, "slack", slack.injector(kind)));
    }

    private static void requireRunning(Miner miner) {
        if (!miner.running()) {
            throw new IllegalArgumentException("target: " + miner.settings().name() + " is stopped");
        }
    }

    /** Refuses a second fault while one is in effect: undoing either would end both. */
    private static FaultInjector exclusive(FaultInjector injector) {
        var inEffect = new AtomicInteger();
        return (args, lease) -> {
            if (!inEffect.compareAndSet(0, 1)) {
                throw new IllegalArgumentException("target: such a fault is in effect there already");
            }
            try {
                FaultHandle handle = injector.inject(args, lease);
                return () -> {
                    handle.undo();
                    inEffect.set(0);
                };
            } catch (RuntimeException e) { // whatever it is, the fault is not in effect and the next may try
                inEffect.set(0);
                throw e;
            }
        };
    }
}
