package network.litewatch.controlplane.bench.detect;

import java.time.Instant;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import network.litewatch.controlplane.drift.LevelWatch;
import network.litewatch.controlplane.drift.SuccessWatch;

/** Simulated run lengths of the detectors, from the first sample of a series on: learning is part of it. */
final class RunLengths {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SECONDS = 60;
    private static final double LEVEL = 0.2;
    // A tenth of the level: what a lasting latency scatters by.
    private static final double SCATTER = 0.1;
    private static final int LONGEST = 10;

    private RunLengths() {}

    /** Samples until the level watch says that an unchanged series has risen or fallen. */
    static RunLength level(Noise noise, int between, int runs, long seed) {
        long[] results = IntStream.range(0, runs)
                .parallel()
                .mapToLong(run -> levelRun(noise, between, new Random(seed * 1_000_003 + run)))
                .toArray();
        return sum(results, runs);
    }

    /** Negative where there was no alarm. */
    private static long levelRun(Noise noise, int between, Random random) {
        DoubleSupplier errors = noise.from(random);
        LevelWatch watch = LevelWatch.before(between);
        long most = (long) LONGEST * between;
        for (long sample = 1; sample <= most; sample++) {
            double value = LEVEL * Math.max(0.01, 1 + SCATTER * errors.getAsDouble());
            LevelWatch next = watch.after(START.plusSeconds(sample * SECONDS), value);
            // A fall is taken over at once: what is left of it is that nothing was learnt from the sample.
            // Nor is anything learnt while the first are held.
            if (next.held().isEmpty() && (next.shift() != null || next.errors().equals(watch.errors()))) {
                return sample;
            }
            watch = next;
        }
        return -most;
    }

    /** Runs until the success watch says that less is ok than promised, when {@code success} of them are, from the first on. */
    static RunLength success(double promised, int between, double success, int runs, long seed) {
        long[] results = IntStream.range(0, runs)
                .parallel()
                .mapToLong(run -> {
                    Random random = new Random(seed * 1_000_003 + run);
                    SuccessWatch watch = SuccessWatch.before(promised, between);
                    long most = 100L * between;
                    for (long sample = 1; sample <= most; sample++) {
                        watch = watch.after(random.nextDouble() < success);
                        if (watch.failing()) {
                            return sample;
                        }
                    }
                    return -most;
                })
                .toArray();
        return sum(results, runs);
    }

    private static RunLength sum(long[] results, int runs) {
        double samples = 0;
        int alarms = 0;
        for (long result : results) {
            samples += Math.abs(result);
            alarms += result > 0 ? 1 : 0;
        }
        return RunLength.of(samples, alarms, runs);
    }
}
