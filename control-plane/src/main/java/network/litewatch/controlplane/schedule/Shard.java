package network.litewatch.controlplane.schedule;

import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import network.litewatch.probe.Observation;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;

/**
 * A group of plans that one node runs at a time. Started when the node gets the shard, closed when it gives it up.
 *
 * <p>Which plan belongs to which shard depends on the plan only, so all nodes agree without talking. All of a network but its
 * endpoints is one shard: RPCs, routers and miners are judged by what the others show, and only who asks them all has seen it.
 */
public final class Shard implements AutoCloseable {
    private final Vantage vantage;
    private final Wheel wheel;
    private final InstantSource clock;
    private final Consumer<Observation> sink;
    private final Map<String, PlanRunner> runners = new ConcurrentHashMap<>();
    private boolean closed;

    private Shard(Vantage vantage, Wheel wheel, InstantSource clock, Consumer<Observation> sink) {
        this.vantage = vantage;
        this.wheel = wheel;
        this.clock = clock;
        this.sink = sink;
    }

    /** Index of the shard, out of {@code shards}, that {@code plan} belongs to. */
    public static int indexOf(ProbePlan plan, int shards) {
        boolean alone = plan.target().kind() == TargetKind.ENDPOINT;
        String whole = alone ? plan.name() : plan.target().network().value();
        return Math.floorMod(whole.hashCode(), shards);
    }

    /** Starts firing {@code plans}. */
    public static Shard start(
            List<ProbePlan> plans, Vantage vantage, Wheel wheel, InstantSource clock, Consumer<Observation> sink) {
        Shard shard = new Shard(vantage, wheel, clock, sink);
        shard.update(plans);
        return shard;
    }

    /**
     * From here on fires {@code plans} and no others. A plan that is equal to one that fires already keeps its slots, its
     * run in flight and its back-off; nobody notices. Does nothing once closed.
     */
    public synchronized void update(List<ProbePlan> plans) {
        if (closed) {
            return;
        }
        Map<String, ProbePlan> wanted = new LinkedHashMap<>();
        plans.forEach(plan -> wanted.put(plan.name(), plan));
        runners.values().removeIf(runner -> {
            boolean gone = !runner.plan().equals(wanted.get(runner.plan().name()));
            if (gone) {
                runner.stop();
            }
            return gone;
        });
        wanted.forEach((name, plan) -> {
            if (!runners.containsKey(name)) {
                PlanRunner runner = new PlanRunner(plan, vantage, wheel, clock, sink);
                runners.put(name, runner);
                runner.start();
            }
        });
    }

    Collection<PlanRunner> runners() {
        return runners.values();
    }

    @Override
    public synchronized void close() {
        closed = true;
        runners.values().forEach(PlanRunner::stop);
    }
}
