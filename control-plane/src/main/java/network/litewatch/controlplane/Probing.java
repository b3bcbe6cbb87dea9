package network.litewatch.controlplane;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.index.ChainEventsProbe;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.controlplane.store.CanaryStore;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.Quota;
import network.litewatch.probe.router.RouterMinersProbe;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import network.litewatch.probe.rpc.NodeCountersProbe;

/**
 * What is asked now: the plans of all networks and the shards of this node that fire them. Networks may be replaced while
 * it runs; plans that stay as they are go on undisturbed. Thread-safe.
 */
final class Probing implements AutoCloseable {
    private static final int MAX_IN_FLIGHT = 64;

    private final Tools tools;
    private final Vantage vantage;
    private final int shards;
    private final Function<List<ProbePlan>, List<ProbePlan>> standing;
    private final NettyWheel wheel;
    private final Consumer<Observation> sink;
    private final Map<NetworkId, Asker> askers = new HashMap<>();
    private final Map<Integer, Shard> running = new HashMap<>();
    private final List<AutoCloseable> retired = new ArrayList<>();
    private final ScheduleWatchdog watchdog;
    private volatile List<ProbePlan> plans = List.of();
    private volatile Map<SecretUrl, Quota> quotas = Map.of();
    private Map<SecretUrl, String> quotaTexts = Map.of();

    /**
     * What all networks are asked with.
     *
     * @param own what is asked of our own stores; closed by who made it
     */
    record Tools(
            Clock clock,
            RandomGenerator random,
            ChainEventsProbe.Tools chain,
            Connectivity connectivity,
            Canaries canaries,
            OwnQuestions own) {}

    /** What a replacement did to the plans. */
    record Change(List<ProbePlan> added, List<ProbePlan> changed, List<ProbePlan> removed, int unchanged) {}

    /**
     * Asks nothing yet.
     *
     * @param standing plans of our own, given those of the networks
     */
    Probing(
            Tools tools,
            Vantage vantage,
            int shards,
            Function<List<ProbePlan>, List<ProbePlan>> standing,
            Consumer<Observation> sink) {
        this.tools = tools;
        this.vantage = vantage;
        this.shards = shards;
        this.standing = standing;
        this.sink = sink;
        this.wheel = new NettyWheel(tools.clock());
        this.watchdog = new ScheduleWatchdog(tools.clock(), () -> plans);
    }

    List<ProbePlan> plans() {
        return plans;
    }

    ScheduleWatchdog watchdog() {
        return watchdog;
    }

    /** Starts the shard of {@code index} on this node. */
    synchronized Shard start(int index) {
        Shard shard = Shard.start(own(index), vantage, wheel, tools.clock(), sink);
        running.put(index, shard);
        watchdog.started(index, shard);
        return shard;
    }

    /** From here on asks what {@code networks} say, and nothing else. */
    synchronized Change replace(List<Network> networks) {
        Map<String, ProbePlan> before = new HashMap<>();
        plans.forEach(plan -> before.put(plan.name(), plan));
        List<ProbePlan> after = new ArrayList<>();
        List<ProbePlan> added = new ArrayList<>();
        List<ProbePlan> changed = new ArrayList<>();
        for (Network network : networks) {
            Asker known = askers.get(network.id());
            Asker asker = known != null && known.serves(network) ? known : new Asker(network);
            if (known != null && known != asker) {
                retired.add(known);
            }
            askers.put(network.id(), asker);
            after.addAll(asker.plans(network));
        }
        after.addAll(standing.apply(List.copyOf(after)));
        for (ProbePlan plan : after) {
            ProbePlan old = before.remove(plan.name());
            if (old == null) {
                added.add(plan);
            } else if (!old.equals(plan)) {
                changed.add(plan);
            }
        }
        Set<NetworkId> ids = Set.copyOf(networks.stream().map(Network::id).toList());
        askers.entrySet().removeIf(entry -> {
            boolean gone = !ids.contains(entry.getKey());
            if (gone) {
                retired.add(entry.getValue());
            }
            return gone;
        });
        limit(networks);
        plans = List.copyOf(after);
        running.forEach((index, shard) -> shard.update(own(index)));
        return new Change(added, changed, List.copyOf(before.values()), after.size() - added.size() - changed.size());
    }

    /** A quota that stays as it is keeps what is left of it. Of two RPCs with one URL the first one's holds. */
    private void limit(List<Network> networks) {
        Map<SecretUrl, String> texts = new HashMap<>();
        for (Network network : networks) {
            for (Target target : network.targets()) {
                String text = target.parameters().get(Network.QUOTA);
                if (target.kind() == TargetKind.RPC && text != null) {
                    texts.putIfAbsent(target.url(), text);
                }
            }
        }
        Map<SecretUrl, Quota> limits = new HashMap<>();
        texts.forEach((url, text) -> {
            Quota known = quotas.get(url);
            Network.Quota wanted = Network.Quota.parse(text);
            limits.put(
                    url,
                    known != null && text.equals(quotaTexts.get(url))
                            ? known
                            : new Quota(wanted.calls(), wanted.per(), System::nanoTime));
        });
        quotaTexts = Map.copyOf(texts);
        quotas = Map.copyOf(limits);
    }

    private List<ProbePlan> own(int index) {
        return plans.stream()
                .filter(plan -> Shard.indexOf(plan, shards) == index)
                .toList();
    }

    /** To be called when the shards are closed. Connections of networks that were replaced are kept until here: a run may still be on one. */
    @Override
    public synchronized void close() throws Exception {
        wheel.close();
        for (Asker asker : askers.values()) {
            asker.close();
        }
        for (AutoCloseable old : retired) {
            old.close();
        }
    }

    /** The probes of one network, over a client of its own: what one network may reach is closed to the others. */
    private final class Asker implements AutoCloseable {
        private final Network made;
        private final GuardedClient client;
        private final Map<ProbeId, Probe> probes;
        private final List<AutoCloseable> own = new ArrayList<>();
        private volatile List<Target> targets;

        Asker(Network network) {
            made = network;
            targets = network.targets();
            client = new GuardedClient(
                    EgressPolicy.allowing(
                            network.privateRanges().stream().map(Cidr::parse).toList()),
                    System::nanoTime,
                    MAX_IN_FLIGHT,
                    () -> quotas);
            own.add(client);
            probes = new HashMap<>();
            new Probes(
                            client,
                            tools.clock(),
                            System::nanoTime,
                            tools.random(),
                            tools.canaries().settings(network))
                    .byId()
                    .forEach((id, probe) -> probes.put(id, tools.connectivity().guarding(probe)));
            probes.putAll(tools.canaries().sampled(network, probes));
            tools.own().probes().forEach(probe -> probes.put(probe.id(), probe));
            probes.put(
                    RouterMinersProbe.ID,
                    new ListedMiners(
                            new RouterMinersProbe(client.http(), () -> targets),
                            tools.own().acts()));
            probes.put(NodeCountersProbe.ID, new NodeCountersProbe(client.http(), System::nanoTime, () -> targets));
            if (network.targets().stream().anyMatch(target -> target.kind() == TargetKind.CHAIN)) {
                ChainEventsProbe reading =
                        ChainEventsProbe.of(network, client.http(), client.webSockets(), tools.chain());
                own.add(reading);
                probes.put(reading.id(), reading);
            }
            if (!network.canaries().isEmpty()) {
                ChainCanaryProbe canary = new ChainCanaryProbe(
                        client.http(),
                        System::nanoTime,
                        tools.clock(),
                        new CanaryStore(tools.chain().jdbi()),
                        network.canaries(),
                        ChainCanaryProbe.POLL);
                own.add(canary);
                probes.put(canary.id(), canary);
            }
        }

        /** Whether all that was settled when this was made is as {@code network} has it; targets and paces are not. */
        boolean serves(Network network) {
            return made.privateRanges().equals(network.privateRanges())
                    && made.contracts().equals(network.contracts())
                    && made.enums().equals(network.enums())
                    && made.indexing().equals(network.indexing())
                    && made.canaries().equals(network.canaries())
                    && made.minerCanaries().equals(network.minerCanaries())
                    && (made.minerCanaries().policy().isEmpty() || sampledAlike(made, network))
                    && made.chainId() == network.chainId()
                    && made.blockTime().equals(network.blockTime())
                    && chainTargets(made).equals(chainTargets(network));
        }

        /** Whether the draw that was made is over the same miners, at the same pace. */
        private static boolean sampledAlike(Network one, Network other) {
            return Canaries.miners(one).equals(Canaries.miners(other))
                    && Canaries.paces(one).equals(Canaries.paces(other));
        }

        List<ProbePlan> plans(Network network) {
            targets = network.targets();
            List<ProbePlan> of = new ArrayList<>();
            network.pace().forEach((id, pace) -> {
                Probe probe = probes.get(id);
                for (Target target : network.targets()) {
                    if (probe != null && probe.suits(target)) {
                        of.add(new ProbePlan(probe, target, pace.interval(), pace.timeout()));
                    }
                }
            });
            return of;
        }

        @Override
        public void close() throws Exception {
            // What was made last goes first: the chain's reading asks through the client.
            for (int i = own.size() - 1; i >= 0; i--) {
                own.get(i).close();
            }
        }

        /** RPCs are settled when the chain's reading is made, where there is one. */
        private List<Target> chainTargets(Network network) {
            boolean reads = network.targets().stream().anyMatch(target -> target.kind() == TargetKind.CHAIN);
            return network.targets().stream()
                    .filter(target -> reads && (target.kind() == TargetKind.CHAIN || target.kind() == TargetKind.RPC))
                    .toList();
        }
    }
}
