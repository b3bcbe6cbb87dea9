package network.litewatch.controlplane.bench.detect;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Locale;
import java.util.function.IntFunction;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a step of each detector costs, and whether its false alarms and delays are what is promised. */
public final class DetectBench {
    private static final int BETWEEN = 10_000;
    private static final double PROMISED = 0.99;
    private static final double FACTOR = 2;
    // A mean of some hundred runs is off by chance: what is promised is not broken by that.
    private static final double CHANCE = 1.96;
    private static final int DELAYS = 20_000;

    private final PrintStream out;
    private boolean kept = true;

    /** Prints to {@code out}. */
    public DetectBench(PrintStream out) {
        this.out = out;
    }

    /**
     * Measures; false when a promise is broken.
     *
     * @param targets how many states are held at once
     * @param runs simulated runs for each kind of noise
     */
    public boolean run(int targets, int runs, long seed) throws RunnerException {
        out.printf(
                Locale.ROOT,
                "Detectors: %,d targets, Java %s, %d processors, %s%n%n",
                targets,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"));
        steps(targets);
        falseAlarms(runs, seed);
        delays(runs, seed);
        return kept;
    }

    private void steps(int targets) throws RunnerException {
        out.println("What a step costs (JMH, one thread, one fork of its own, states drawn at random)");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(DetectorBenchmark.class.getName())
                        .param("targets", Integer.toString(targets))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        out.println("  detector        ns/step   +-99.9 %   steps/s/core     wanted   garbage/step   state   wanted");
        for (RunResult result : results) {
            boolean ratio = result.getParams().getBenchmark().endsWith("successRatio");
            Result<?> time = result.getPrimaryResult();
            Result<?> garbage = result.getSecondaryResults().get("gc.alloc.rate.norm");
            double state =
                    ratio ? bytes(targets, DetectorBenchmark::success) : bytes(targets, DetectorBenchmark::level);
            int wanted = ratio ? 1_000_000 : 200_000;
            int most = ratio ? 1_024 : 4_096;
            double rate = 1e9 / time.getScore();
            out.printf(
                    Locale.ROOT,
                    "  %-14s %8.0f %10.0f %,14.0f %,10d %,12.0f B %,5.0f B %,6d B%s%n",
                    ratio ? "success ratio" : "latency",
                    time.getScore(),
                    time.getScoreError(),
                    rate,
                    wanted,
                    garbage == null ? Double.NaN : garbage.getScore(),
                    state,
                    most,
                    word(rate >= wanted && state <= most));
        }
        out.println();
    }

    private static double bytes(int targets, IntFunction<Object[]> states) {
        long before = heap();
        Object[] all = states.apply(targets);
        long after = heap();
        // Read after the measurement, so that the states are still there.
        return (double) (after - before) / all.length;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void falseAlarms(int runs, long seed) {
        out.printf(
                Locale.ROOT,
                "Samples to a false alarm, latency, from a series' first sample (nominal %,d, wanted within a factor of %.0f; %,d runs each)%n",
                BETWEEN,
                FACTOR,
                runs);
        for (Noise noise : Noise.values()) {
            RunLength length = RunLengths.level(noise, BETWEEN, runs, seed);
            boolean ok = length.mean() + CHANCE * length.error() >= BETWEEN / FACTOR
                    && length.mean() - CHANCE * length.error() <= BETWEEN * FACTOR;
            line(noise.title(), length, ok);
        }
        RunLength ratio = RunLengths.success(PROMISED, BETWEEN, PROMISED, runs, seed);
        line("success ratio at what is promised (at least)", ratio, ratio.mean() + CHANCE * ratio.error() >= BETWEEN);
        out.println();
    }

    private void delays(int runs, long seed) {
        out.println(
                "Runs until a fall of the success ratio from 0.99 is told (the fall is there from the first run on)");
        int count = Math.min(DELAYS, 50 * runs);
        delay(0.95, 155, count, seed);
        delay(0.90, 55, count, seed);
        delay(0.50, 7, count, seed);
    }

    private void delay(double success, int wanted, int runs, long seed) {
        RunLength length = RunLengths.success(PROMISED, BETWEEN, success, runs, seed);
        boolean ok = length.mean() - CHANCE * length.error() <= wanted;
        out.printf(
                Locale.ROOT,
                "  to %.2f   mean %6.1f   wanted at most %3d%s%n",
                success,
                length.mean(),
                wanted,
                word(ok));
    }

    private void line(String title, RunLength length, boolean ok) {
        out.printf(
                Locale.ROOT,
                "  %-46s %,8.0f +-%,.0f (95 %%)%s%s%n",
                title,
                length.mean(),
                CHANCE * length.error(),
                length.cut() == 0 ? "" : ", " + length.cut() + " runs cut",
                word(ok));
    }

    private String word(boolean ok) {
        kept &= ok;
        return ok ? "" : "   NOT KEPT";
    }
}
