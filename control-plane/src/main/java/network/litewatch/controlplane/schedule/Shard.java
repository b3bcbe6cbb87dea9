package network.litewatch.controlplane.schedule;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Vantage;

/**
 * A group of plans that one node runs at a time. Started when the node gets the shard, closed when it gives it up.
 *
 * <p>Which plan belongs to which shard depends on the plan's name only, so all nodes agree without talking.
 */
public final class Shard implements AutoCloseable {
    private final List<PlanRunner> runners;

    private Shard(List<PlanRunner> runners) {
        this.runners = runners;
    }

    /** Index of the shard, out of {@code shards}, that {@code plan} belongs to. */
    public static int indexOf(ProbePlan plan, int shards) {
        return Math.floorMod(plan.name().hashCode(), shards);
    }

    /** Starts firing {@code plans}. */
    public static Shard start(
            List<ProbePlan> plans, Vantage vantage, Wheel wheel, InstantSource clock, Consumer<Observation> sink) {
        Shard shard = new Shard(plans.stream()
                .map(plan -> new PlanRunner(plan, vantage, wheel, clock, sink))
                .toList());
        shard.runners.forEach(PlanRunner::start);
        return shard;
    }

    List<PlanRunner> runners() {
        return runners;
    }

    @Override
    public void close() {
        runners.forEach(PlanRunner::stop);
    }
}
