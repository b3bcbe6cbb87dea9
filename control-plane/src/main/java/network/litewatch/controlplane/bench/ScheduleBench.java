package network.litewatch.controlplane.bench;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;

/** What the schedule itself costs: plans, slots, wheel, one observation a slot; probes answer at once and nothing is stored. */
final class ScheduleBench {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int REFERENCE = 1_000;
    private static final long LEAST_PROBES = 1_000_000;

    private final PrintStream out;
    private long observations;

    ScheduleBench(PrintStream out) {
        this.out = out;
    }

    private record Result(int targets, long probes, double microsPerProbe, double bytesPerTarget) {}

    /** Runs it for 1,000, then ten times as many and so on to {@code targets}; prints a table and the ratio of its ends. */
    void run(int targets, Duration interval) {
        out.println(Load.machine());
        measure(REFERENCE, interval); // warm
        List<Result> results = new ArrayList<>();
        for (int n = REFERENCE; n < targets; n *= 10) {
            results.add(measure(n, interval));
        }
        results.add(measure(targets, interval));
        out.println("| targets | interval | probes | CPU us per probe | bytes per target |");
        out.println("|---|---|---|---|---|");
        for (Result result : results) {
            out.println(String.format(
                    Locale.ROOT,
                    "| %d | %d s | %d | %.2f | %.0f |",
                    result.targets(),
                    interval.toSeconds(),
                    result.probes(),
                    result.microsPerProbe(),
                    result.bytesPerTarget()));
        }
        double ratio = results.get(results.size() - 1).microsPerProbe()
                / results.get(0).microsPerProbe();
        out.println(String.format(
                Locale.ROOT,
                "CPU per probe at %d targets: %.2f times that at %d (wanted: at most 1.3); memory at most %.0f bytes a target (wanted:"
                        + " below 2,000)",
                targets,
                ratio,
                results.get(0).targets(),
                results.stream().mapToDouble(Result::bytesPerTarget).max().orElse(0)));
    }

    private Result measure(int targets, Duration interval) {
        observations = 0;
        SimulatedWheel wheel = new SimulatedWheel(START);
        long before = usedHeap();
        List<ProbePlan> plans = new ArrayList<>(targets);
        Probe probe = new Immediate();
        for (int i = 0; i < targets; i++) {
            plans.add(new ProbePlan(probe, target(i), interval, interval));
        }
        Shard shard = Shard.start(plans, new Vantage("bench"), wheel, wheel, observation -> observations++);
        // Targets and plans too, not only what the wheel holds.
        long bytes = usedHeap() - before;
        long rounds = Math.max(3, LEAST_PROBES / targets);
        long from = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        wheel.pass(interval.multipliedBy(rounds));
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - from;
        shard.close();
        return new Result(targets, observations, nanos / 1e3 / observations, bytes / (double) targets);
    }

    private static Target target(int number) {
        return new Target(
                new TargetId("t-" + number),
                TargetKind.ENDPOINT,
                new NetworkId("bench"),
                SecretUrl.parse("http://127.0.0.1:1/" + number),
                Optional.empty(),
                Map.of(),
                Map.of());
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static final class Immediate implements Probe {
        private static final CompletableFuture<Finding> OK =
                CompletableFuture.completedFuture(Finding.of(Outcome.ok()));

        @Override
        public ProbeId id() {
            return new ProbeId("bench");
        }

        @Override
        public TargetKind kind() {
            return TargetKind.ENDPOINT;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            return OK;
        }
    }
}
