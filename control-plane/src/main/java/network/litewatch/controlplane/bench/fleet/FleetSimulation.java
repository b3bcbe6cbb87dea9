package network.litewatch.controlplane.bench.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import network.litewatch.controlplane.canary.CanaryShare;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.drift.SuccessWatch;
import network.litewatch.probe.miner.CanaryKind;
import org.jspecify.annotations.Nullable;

/** Runs a fleet, on all processors; the result depends on the order alone. */
final class FleetSimulation {
    static final int CLASS_NODES = 100;
    private static final int CLASSES = 25;
    // One node in 25 for each fault.
    private static final int ONE_IN = 25;

    private final FleetOrder order;
    private final SpeedTable table;

    FleetSimulation(FleetOrder order, SpeedTable table) {
        this.order = order;
        this.table = table;
    }

    /** Runs it; {@code done} is told how many nodes have lived, from whatever thread. */
    FleetResult run(IntConsumer done) {
        List<MinerClass> classes = MinerClass.of(table, Miner.prompts(order), order.seed());
        AtomicInteger count = new AtomicInteger();
        // Seeds are drawn before the threads begin.
        SplittableRandom seeds = new SplittableRandom(order.seed() + 1);
        long[] seed = seeds.longs(order.miners()).toArray();
        Verdicts[] lives = new Verdicts[order.miners()];
        IntStream.range(0, order.miners()).parallel().forEach(i -> {
            lives[i] = new Miner(classes.get(i % classes.size()), order, fault(i), seed[i]).live();
            done.accept(count.incrementAndGet());
        });
        return new FleetResult(order, found(lives), falsely(lives), classDelays(seeds));
    }

    private @Nullable Fault fault(int miner) {
        int each = Math.max(1, order.miners() / ONE_IN);
        Fault[] faults = Fault.values();
        return miner < each * faults.length ? faults[miner % faults.length] : null;
    }

    private static List<FleetResult.Found> found(Verdicts[] lives) {
        List<FleetResult.Found> found = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            List<Verdicts> planted =
                    Arrays.stream(lives).filter(life -> life.fault() == fault).toList();
            found.add(new FleetResult.Found(
                    fault,
                    planted.size(),
                    planted.stream()
                            .flatMapToLong(life -> life.foundAfter().stream())
                            .sorted()
                            .boxed()
                            .toList(),
                    planted.stream()
                            .flatMapToDouble(life -> life.foundHours().stream())
                            .sorted()
                            .boxed()
                            .toList(),
                    (int) planted.stream()
                            .filter(life -> life.foundAfter().isEmpty()
                                    && life.samplesSince() < fault.within().orElse(0))
                            .count()));
        }
        return found;
    }

    private List<FleetResult.Falsely> falsely(Verdicts[] lives) {
        List<FleetResult.Falsely> falsely = new ArrayList<>();
        double ratePerDay = order.perDay() * CanaryShare.of(CanaryKind.RATE);
        for (Judge judge : Judge.values()) {
            double days = 0;
            int accusations = 0;
            for (Verdicts life : lives) {
                days += life.honestDays(judge, order.days());
                accusations += life.falsely(judge);
            }
            falsely.add(
                    new FleetResult.Falsely(judge, days / 365, accusations, judge.allowed(ratePerDay, order.perDay())));
        }
        return falsely;
    }

    /** Canaries of all nodes of a class as one series, which loses one point. */
    private List<Long> classDelays(SplittableRandom random) {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            SuccessWatch watch = SuccessWatch.before(Judge.PROMISED, Judge.SUCCESS_BETWEEN);
            long delay = 0;
            while (!watch.failing()) {
                watch = watch.after(random.nextDouble() < Judge.PROMISED - 0.01);
                delay++;
            }
            delays.add(delay);
        }
        delays.sort(null);
        return delays;
    }
}
