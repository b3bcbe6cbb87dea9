package network.litewatch.controlplane.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanarySettings;
import org.jspecify.annotations.Nullable;

/** Runs a plan on the same wheel, slots and probes as the control plane does. Used by one thread. */
final class Questions implements AutoCloseable {
    private static final int MAX_IN_FLIGHT = 64;

    /** Longer than most runs may take. */
    private static final Duration IN_FLIGHT = Duration.ofMinutes(2);

    private final Vantage vantage;
    private final List<Cidr> privateRanges;
    private final Connectivity connectivity;
    private final Clock clock;
    private final RandomGenerator random;
    private final Consumer<Observation> sink;
    private final Consumer<String> log;
    private final NettyWheel wheel;
    private final List<GuardedClient> clients = new ArrayList<>();
    private final Queue<GuardedClient> retired = new ConcurrentLinkedQueue<>();
    private @Nullable Shard shard;

    Questions(
            AgentConfig config,
            Connectivity connectivity,
            Clock clock,
            RandomGenerator random,
            Consumer<Observation> sink,
            Consumer<String> log) {
        this.vantage = config.vantage();
        this.privateRanges = config.privateRanges().stream().map(Cidr::parse).toList();
        this.connectivity = connectivity;
        this.clock = clock;
        this.random = random;
        this.sink = sink;
        this.log = log;
        this.wheel = new NettyWheel(clock);
    }

    /** Asks what {@code plan} says from here on, and nothing else. */
    void run(PlanDocument plan) {
        stop();
        Map<NetworkId, Probes> probes = new HashMap<>();
        List<ProbePlan> plans = new ArrayList<>();
        int unknown = 0;
        for (PlanDocument.Planned planned : plan.plans()) {
            Probe probe = probes.computeIfAbsent(planned.target().network(), network -> probes(plan, network))
                    .find(planned.probe())
                    .orElse(null);
            if (probe == null || !probe.suits(planned.target())) {
                unknown++;
            } else {
                plans.add(new ProbePlan(
                        connectivity.guarding(probe), planned.target(), planned.interval(), planned.timeout()));
            }
        }
        shard = Shard.start(plans, vantage, wheel, clock, sink);
        log.accept("plan: " + plans.size() + " questions to "
                + plans.stream().map(ProbePlan::target).distinct().count() + " targets"
                + (unknown == 0 ? "" : "; " + unknown + " that this version does not know are left out"));
    }

    /** Asks nothing from here on; what is in flight still ends in its observation. */
    void stop() {
        if (shard != null) {
            shard.close();
            shard = null;
        }
        // To cut what is in flight would look like failures of the targets.
        List<GuardedClient> old = List.copyOf(clients);
        clients.clear();
        retired.addAll(old);
        var unused = wheel.at(clock.instant().plus(IN_FLIGHT), () -> {
            old.forEach(GuardedClient::close);
            retired.removeAll(old);
        });
    }

    /** What the plan allows and this machine's operator too: neither of them alone opens a private network. */
    private Probes probes(PlanDocument plan, NetworkId network) {
        List<Cidr> both = new ArrayList<>();
        for (String text : plan.privateRanges().getOrDefault(network, List.of())) {
            Cidr asked = Cidr.parse(text);
            privateRanges.stream().filter(asked::contains).forEach(both::add);
            if (privateRanges.stream().anyMatch(own -> own.contains(asked))) {
                both.add(asked);
            }
        }
        GuardedClient client = new GuardedClient(EgressPolicy.allowing(both), System::nanoTime, MAX_IN_FLIGHT);
        clients.add(client);
        return new Probes(client, clock, System::nanoTime, random, CanarySettings.DEFAULT);
    }

    @Override
    public void close() {
        stop();
        wheel.close();
        retired.forEach(GuardedClient::close);
    }
}
