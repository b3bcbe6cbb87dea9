package network.litewatch.controlplane.bench.detect;

import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.drift.LevelWatch;
import network.litewatch.controlplane.drift.SuccessWatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One step of one target out of many: states that do not fit into a cache, as in service. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
public class DetectorBenchmark {
    private static final double BETWEEN = 10_000;

    /** How many targets. */
    @Param("100000")
    public int targets;

    private SuccessWatch[] success = {};
    private LevelWatch[] level = {};
    private final SplittableRandom random = new SplittableRandom(1);
    private Instant at = Instant.parse("2026-01-01T00:00:00Z");

    /** All targets after a few samples. */
    @Setup
    public void fill() {
        success = success(targets);
        level = level(targets);
    }

    static SuccessWatch[] success(int targets) {
        SuccessWatch[] all = new SuccessWatch[targets];
        SplittableRandom random = new SplittableRandom(2);
        Arrays.setAll(
                all,
                i -> SuccessWatch.before(0.99, BETWEEN)
                        .after(true)
                        .after(random.nextInt(100) > 0)
                        .after(true));
        return all;
    }

    static LevelWatch[] level(int targets) {
        LevelWatch[] all = new LevelWatch[targets];
        SplittableRandom random = new SplittableRandom(3);
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Arrays.setAll(all, i -> {
            LevelWatch watch = LevelWatch.before(BETWEEN);
            for (int sample = 0; sample < 40; sample++) {
                watch = watch.after(start.plusSeconds(sample), 0.1 + 0.01 * random.nextDouble());
            }
            return watch;
        });
        return all;
    }

    /** A run of a target that keeps its promise. */
    @Benchmark
    public SuccessWatch successRatio() {
        int target = random.nextInt(targets);
        success[target] = success[target].after(random.nextInt(200) > 0);
        return success[target];
    }

    /** A latency of an unchanged target. */
    @Benchmark
    public LevelWatch latency() {
        int target = random.nextInt(targets);
        at = at.plusMillis(10);
        level[target] = level[target].after(at, 0.1 + 0.01 * random.nextDouble());
        return level[target];
    }
}
