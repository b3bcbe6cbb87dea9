package network.litewatch.controlplane.bench;

import java.util.function.Consumer;
import network.litewatch.probe.Observation;

/** The stages behind the probes. Closing it commits what waits. */
public interface BenchPipeline extends AutoCloseable {
    /** What takes observations; never blocks. */
    Consumer<Observation> sink();

    /** Observations that are not committed yet. */
    int waiting();

    /** Observations that were refused, because too many waited. */
    long refused();
}
