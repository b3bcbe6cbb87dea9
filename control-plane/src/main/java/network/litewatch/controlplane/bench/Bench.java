package network.litewatch.controlplane.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import network.litewatch.controlplane.embedded.EmbeddedPostgreSql;

/** The way into this package: what can be measured. Everything prints its conditions with its figures. */
public final class Bench {
    private final PrintStream out;
    private final Clock clock;

    public Bench(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
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
    public void probes(ProbesOrder order, Path home, Function<EmbeddedPostgreSql, Behind> pipeline) throws Exception {
        new ProbesBench(out, clock, home, pipeline).run(order);
    }

    /**
     * What strangers can do to the prober; false when a promise is broken.
     *
     * @param hostileJar the lab's jar, which has the hostile server
     */
    public boolean badInput(Path hostileJar) throws Exception {
        return new BadInputBench(out, clock, hostileJar).run();
    }
}
