package network.litewatch.controlplane.sampling;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.sampling.CanaryBudget.Canary;
import network.litewatch.controlplane.sampling.CanaryBudget.Cost;
import network.litewatch.controlplane.sampling.CanaryBudget.Reservation;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A canary that is sent at few of its slots, and only when the budget has enough for it. Thread-safe. */
public final class SampledCanary implements Probe {
    private static final Logger LOG = LoggerFactory.getLogger(SampledCanary.class);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Probe canary;
    private final CanaryKind kind;
    private final Tools tools;
    private final CanaryDraw draw;
    private final Map<TargetId, Asked> asked = new ConcurrentHashMap<>();

    /**
     * What a draw is made with.
     *
     * @param every from slot to slot
     * @param random what nobody can foresee; shared with others, thread-safe
     * @param io runs what blocks
     * @param interest in a miner now
     */
    public record Tools(
            CanaryPolicy policy,
            CanarySettings settings,
            Duration every,
            CanaryBudget budget,
            RandomGenerator random,
            Executor io,
            Function<TargetId, Interest> interest) {}

    /** When a miner was asked: last, and in the last hour out of suspicion. */
    private static final class Asked {
        private Instant last;
        private final Deque<Instant> denser = new ArrayDeque<>();

        Asked(Instant last) {
            this.last = last;
        }
    }

    /** Goes on from what {@code lastAsked} says. */
    public SampledCanary(
            Probe canary, CanaryKind kind, Tools tools, CanaryDraw draw, Map<TargetId, Instant> lastAsked) {
        this.canary = canary;
        this.kind = kind;
        this.tools = tools;
        this.draw = draw;
        lastAsked.forEach((miner, at) -> asked.put(miner, new Asked(at)));
    }

    /** Tokens of one canary of {@code kind}, asked and answered, pairs counted by their share. */
    public static int tokens(CanaryKind kind, CanarySettings settings) {
        double asks = kind == CanaryKind.PING ? 1 + settings.pairs() : 1;
        return (int) Math.ceil(asks * (CanaryKind.PROMPT_TOKENS + settings.tokensOf(kind)));
    }

    @Override
    public ProbeId id() {
        return canary.id();
    }

    @Override
    public TargetKind kind() {
        return canary.kind();
    }

    @Override
    public boolean suits(Target target) {
        return canary.suits(target);
    }

    @Override
    public boolean isDue(Target target, Instant slot) {
        Asked before = asked.get(target.id());
        boolean drawn = before == null
                ? isDrawn(target.id(), Optional.empty(), Interest.NORMAL)
                : isDrawn(target.id(), before, slot);
        if (drawn && before == null) {
            asked.put(target.id(), new Asked(slot));
        }
        return drawn;
    }

    private boolean isDrawn(TargetId miner, Asked before, Instant slot) {
        synchronized (before) {
            while (!before.denser.isEmpty() && before.denser.peekFirst().isBefore(slot.minus(HOUR))) {
                before.denser.removeFirst();
            }
            Interest interest = tools.interest().apply(miner);
            boolean suspect = interest == Interest.SUSPECT;
            boolean bounded = suspect && before.denser.size() >= tools.policy().denserRuns();
            boolean drawn = isDrawn(
                    miner, Optional.of(Duration.between(before.last, slot)), bounded ? Interest.NORMAL : interest);
            if (drawn) {
                before.last = slot;
                if (suspect && !bounded) {
                    before.denser.addLast(slot);
                }
            }
            return drawn;
        }
    }

    private boolean isDrawn(TargetId miner, Optional<Duration> since, Interest interest) {
        return tools.random().nextDouble() < draw.probability(kind, miner, tools.every(), since, interest);
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        Canary one = new Canary(
                target.network(),
                target.id(),
                kind,
                Optional.ofNullable(asked.get(target.id())).map(a -> a.last).orElse(Instant.EPOCH));
        int asks = kind == CanaryKind.PING ? 2 : 1;
        Cost most = new Cost(
                (long) asks * (CanaryKind.PROMPT_TOKENS + tools.settings().tokensOf(kind)),
                timeout.toMillis() / 1e3,
                tools.policy().fee().multiply(BigDecimal.valueOf(asks)));
        return CompletableFuture.supplyAsync(() -> reserved(one, most), tools.io())
                .thenCompose(granted -> granted instanceof Granted yes
                        ? canary.run(target, timeout)
                                .thenApplyAsync(finding -> settled(yes.reservation(), finding), tools.io())
                        : CompletableFuture.completedFuture(Finding.of(((Refused) granted).outcome())));
    }

    /** What the ledger says to a canary. */
    private sealed interface Answer {}

    private record Granted(Reservation reservation) implements Answer {}

    private record Refused(Outcome outcome) implements Answer {}

    private Answer reserved(Canary one, Cost most) {
        try {
            return tools.budget()
                    .reserve(one, most, tools.policy())
                    .<Answer>map(Granted::new)
                    .orElseGet(() -> new Refused(Outcome.notRun(
                            Reason.SPENDING_CAP, "the budget of canaries is spent; see /api/v1/canaries/spend")));
        } catch (RuntimeException e) {
            // What cannot be written down is not spent.
            LOG.warn("canary not sent, its ledger cannot be reached: {}", e.getMessage());
            return new Refused(Outcome.notRun(Reason.PROBER_ERROR, "the ledger of canaries cannot be reached"));
        }
    }

    private Finding settled(Reservation reservation, Finding finding) {
        Cost reserved = reservation.cost();
        boolean sent = finding.outcome().kind() != Outcome.Kind.NOT_RUN;
        Map<Measurement, Double> seen = finding.measurements();
        boolean pair = seen.containsKey(Measurement.CANARY_TTFT_SECOND);
        double busy = seen.getOrDefault(Measurement.CANARY_END_TO_END, Double.POSITIVE_INFINITY);
        // What did not end well may have kept the card busy, and generated, as long as it had time.
        boolean known = finding.outcome().isOk() && Double.isFinite(busy) && !pair;
        Cost used = !sent
                ? Cost.NONE
                : new Cost(
                        known
                                ? Math.min(
                                        reserved.tokens(),
                                        CanaryKind.PROMPT_TOKENS
                                                + seen.getOrDefault(Measurement.CANARY_TOKENS, 0.0)
                                                        .longValue())
                                : reserved.tokens(),
                        known ? Math.min(reserved.gpuSeconds(), busy) : reserved.gpuSeconds(),
                        kind == CanaryKind.PING && known ? tools.policy().fee() : reserved.fees());
        try {
            tools.budget().settle(reservation, used);
        } catch (RuntimeException e) {
            // All that was reserved stays spent, which errs to the safe side.
            LOG.warn("what a canary did not use is not given back: {}", e.getMessage());
        }
        return finding;
    }
}
