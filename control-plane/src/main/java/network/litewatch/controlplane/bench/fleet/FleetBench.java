package network.litewatch.controlplane.bench.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import network.litewatch.controlplane.canary.SpeedTable;

/** Finds planted faults in a simulated fleet, and says how soon, how often wrongly, and whether that is what is promised. */
public final class FleetBench {
    private static final int STEPS = 10;

    private final PrintStream out;
    private final InstantSource clock;

    /** Prints to {@code out}; {@code clock} says how long it took, and nothing that is simulated hangs on it. */
    public FleetBench(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Whether every promise was kept. */
    public boolean run(FleetOrder order, SpeedTable table) {
        Instant start = clock.instant();
        int step = Math.max(1, order.miners() / STEPS);
        FleetResult result = new FleetSimulation(order, table).run(done -> {
            if (done % step == 0) {
                out.println(done + " of " + order.miners() + " miners have lived " + order.days() + " days");
            }
        });
        out.println();
        FleetPage.of(result).forEach(out::println);
        out.println(String.format(
                Locale.ROOT,
                "Took %d s.",
                Duration.between(start, clock.instant()).toSeconds()));
        return result.kept();
    }
}
