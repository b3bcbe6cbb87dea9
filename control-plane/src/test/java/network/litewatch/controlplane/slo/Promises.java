package network.litewatch.controlplane.slo;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;

/** SLOs for tests of how they are judged. */
final class Promises {
    static final Instant T0 = Instant.parse("2026-11-21T12:00:00Z");
    static final Budgeting RUNS = new Budgeting.Occurrences();

    private Promises() {}

    static Slo slo(double target, Budgeting budgeting) {
        return new Slo(
                "rpc-availability",
                "RPC answers",
                "rpc",
                "ours",
                new Sli(new ProbeId("rpc.head"), Set.of(), Set.of(), Map.of(), Sli.By.NETWORK, Optional.empty()),
                budgeting,
                target,
                Duration.ofDays(30));
    }

    static SloSeries series(double target) {
        return new SloSeries(slo(target, RUNS), new NetworkId("lab"), Optional.empty());
    }

    /** Runs as they end, one at a time. */
    static final class Course {
        private final SloSeries series;
        private final Map<Instant, Counts> minutes = new HashMap<>();
        private Instant now = T0;

        Course(double target) {
            this.series = series(target);
        }

        /** {@code days} of runs that are good, every {@code gap}. */
        Course good(int days, Duration gap) {
            long runs = Duration.ofDays(days).dividedBy(gap);
            for (long i = 0; i < runs; i++) {
                add(gap, true);
            }
            return this;
        }

        void add(Duration gap, boolean good) {
            now = now.plus(gap);
            minutes.merge(now, Counts.one(good), Counts::plus);
        }

        boolean fires() {
            return status().burns().stream().anyMatch(Burn::firing);
        }

        SloStatus status() {
            return SloStatus.of(series, new History(minutes, Map.of()), now);
        }
    }
}
