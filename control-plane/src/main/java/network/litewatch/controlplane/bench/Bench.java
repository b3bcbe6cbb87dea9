package network.litewatch.controlplane.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import network.litewatch.controlplane.bench.detect.DetectBench;
import network.litewatch.controlplane.bench.fleet.FleetBench;
import network.litewatch.controlplane.bench.fleet.FleetOrder;
import network.litewatch.controlplane.bench.paging.PagingBench;
import network.litewatch.controlplane.bench.paging.PagingOrder;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.embedded.EmbeddedPostgreSql;
import org.openjdk.jmh.runner.RunnerException;

/** The way into this package: what can be measured. Everything prints its conditions with its figures. */
public final class Bench {
    private final PrintStream out;
    private final Clock clock;
    private final Path labJar;

    /** Prints to {@code out}; the servers to be probed are in {@code labJar}. */
    public Bench(PrintStream out, Clock clock, Path labJar) {
        this.out = out;
        this.clock = clock;
        this.labJar = labJar;
    }

    /** The schedule alone, in simulated time, for 1,000 targets up to {@code targets}. */
    public void schedule(int targets, Duration interval) {
        new ScheduleBench(out).run(targets, interval);
    }

    /**
     * Probes in real time.
     *
     * @param home a folder for the database, which is filled
     * @param pipeline the stages after the probes, on a database that is empty
     */
    public void probes(ProbesOrder order, Path home, Function<EmbeddedPostgreSql, BenchPipeline> pipeline)
            throws Exception {
        new ProbesBench(out, clock, labJar, home, pipeline).run(order);
    }

    /** An agent that is cut off and comes back, with its files in {@code home}; false when a promise is broken. */
    public boolean agent(AgentOrder order, Path home) throws Exception {
        return new AgentBench(out, order, home).run(labJar);
    }

    /** What our client adds to the time to the first token, against a bare socket; false when it is more than was wanted. */
    public boolean canary(CanaryOrder order) throws Exception {
        return new CanaryBench(out, labJar).run(order);
    }

    /** Faults planted in a simulated fleet, in virtual time; false when a promise is broken. */
    public boolean canary(FleetOrder order, SpeedTable table) {
        return new FleetBench(out, clock).run(order, table);
    }

    /** What a step of each detector costs, its false alarms and its delays; false when a promise is broken. */
    public boolean detect(int targets, int runs, long seed) throws RunnerException {
        return new DetectBench(out).run(targets, runs, seed);
    }

    /** Two miners of the lab go wrong half-way through {@code length}; false when one is not found or somebody else is named. */
    public boolean drift(ServiceOrder service, Duration length, Path home) throws Exception {
        return new DriftDrill(out, clock, service, home).run(length);
    }

    /** Ten thousand alerts at once, into the lab's Slack; false when a promise is broken. */
    public boolean alerts(ServiceOrder service, Path home) throws Exception {
        return new AlertStorm(out, clock, service, home).run();
    }

    /** The service killed {@code runs} times while alerts begin and end; false when people missed something, or saw it twice. */
    public boolean crash(ServiceOrder service, int runs, long seed, Path home) throws Exception {
        return new AlertCrashes(out, clock, service, home, seed).run(runs, seed);
    }

    /** Faults of the lab, told by our service and by Prometheus with Alertmanager; false when ours is not soon enough. */
    public boolean paging(PagingOrder order, Path home) throws Exception {
        out.println(Load.machine());
        return new PagingBench(out, clock, order, home).run();
    }

    /** What strangers can do to the prober; false when a promise is broken. */
    public boolean badInput() throws Exception {
        return new BadInputBench(out, clock, labJar).run();
    }
}
