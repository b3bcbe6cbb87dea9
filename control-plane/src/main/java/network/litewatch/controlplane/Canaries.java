package network.litewatch.controlplane;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.sampling.CanaryDraw;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.controlplane.sampling.Interest;
import network.litewatch.controlplane.sampling.SampledCanary;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the canaries of a network draw, and pay, where its file says so. */
final class Canaries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Canaries.class);
    private static final int THREADS = 2;

    private final CanaryBudget budget;
    private final long seed;
    private final RandomGenerator random;
    private final Function<TargetId, Interest> interest;
    private final ExecutorService io = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "canary-budget");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Canaries that pay out of {@code budget}.
     *
     * @param seed of the rounds of identity prompts
     * @param random thread-safe, and what nobody can foresee
     */
    Canaries(CanaryBudget budget, long seed, RandomGenerator random, Function<TargetId, Interest> interest) {
        this.budget = budget;
        this.seed = seed;
        this.random = random;
        this.interest = interest;
    }

    /** What the network's canaries ask, with the service's own seed. */
    CanarySettings settings(Network network) {
        CanarySettings of = network.minerCanaries().settings();
        return new CanarySettings(
                of.pool(),
                of.tokens(),
                of.pairs(),
                of.round(),
                of.promptsPerRound(),
                of.temperature(),
                // Networks have rounds of their own, so that one operator's miners in two of them cannot compare.
                seed ^ Integer.toUnsignedLong(network.id().value().hashCode()));
    }

    /** The canaries among {@code probes} that are sampled in {@code network}; none where its file has no policy. */
    Map<ProbeId, Probe> sampled(Network network, Map<ProbeId, Probe> probes) {
        Map<ProbeId, Probe> sampled = new HashMap<>();
        CanaryPolicy policy = network.minerCanaries().policy().orElse(null);
        if (policy == null) {
            return sampled;
        }
        CanarySettings settings = settings(network);
        Map<CanaryKind, Integer> tokens = new EnumMap<>(CanaryKind.class);
        paces(network).keySet().forEach(kind -> tokens.put(kind, SampledCanary.tokens(kind, settings)));
        CanaryDraw draw = new CanaryDraw(policy, tokens, miners(network));
        draw.shortfall().ifPresent(why -> LOG.warn("canaries of {}: {}", network.id(), why));
        paces(network).forEach((kind, every) -> {
            Probe canary = probes.get(kind.id());
            if (canary != null) {
                sampled.put(
                        kind.id(),
                        new SampledCanary(
                                canary,
                                kind,
                                new SampledCanary.Tools(policy, settings, every, budget, random, io, interest),
                                draw,
                                budget.lastAsked(network.id(), kind)));
            }
        });
        return sampled;
    }

    /** From slot to slot of each kind that the network paces. */
    static Map<CanaryKind, Duration> paces(Network network) {
        Map<CanaryKind, Duration> paces = new EnumMap<>(CanaryKind.class);
        for (CanaryKind kind : CanaryKind.values()) {
            Network.Pace pace = network.pace().get(kind.id());
            if (pace != null) {
                paces.put(kind, pace.interval());
            }
        }
        return paces;
    }

    static List<Target> miners(Network network) {
        return network.targets().stream()
                .filter(target -> target.kind() == TargetKind.MINER)
                .toList();
    }

    /** Waits for what is being written: what a canary did not use is given back, if the database answers in time. */
    @Override
    public void close() throws InterruptedException {
        io.shutdown();
        if (!io.awaitTermination(5, TimeUnit.SECONDS)) {
            io.shutdownNow();
        }
    }
}
