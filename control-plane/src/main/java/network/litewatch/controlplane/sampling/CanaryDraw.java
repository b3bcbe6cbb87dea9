package network.litewatch.controlplane.sampling;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import network.litewatch.controlplane.canary.CanaryPlan;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.miner.CanaryKind;

/**
 * With what probability a slot of a miner's canaries is used. Slots are many and few are used, each by a draw of its own, so that
 * canaries arrive as a Poisson process: having just been asked tells a miner nothing of when it is asked next.
 *
 * <p>A stratum of n miners gets a share of the canaries that goes with the square root of n, between an equal share and a
 * proportional one (power allocation, M. D. Bankier, The American Statistician 42, 1988, with q = 1/2). Where a day's canaries
 * would cost more than nine tenths of the budget all are thinned alike; the tenth is for suspicion.
 *
 * <p>Immutable.
 */
public final class CanaryDraw {
    private static final double DAY = 86_400;
    private static final double PLANNED = 0.9;
    private static final double TRUSTED = CanaryPlan.TRUSTED_TIMES;

    /** Share of the time of cover, at its end, within which a miner that was not drawn is asked. */
    private static final double LAST_CALL = 0.25;

    private final CanaryPolicy policy;
    private final Map<CanaryKind, Map<TargetId, Double>> perDay = new EnumMap<>(CanaryKind.class);
    private final double thinning;
    private final Optional<String> shortfall;

    /**
     * The draw over {@code miners}.
     *
     * @param tokens of one canary of each kind that is sent, asked and answered; kinds that are absent are not sent
     */
    public CanaryDraw(CanaryPolicy policy, Map<CanaryKind, Integer> tokens, Collection<Target> miners) {
        this.policy = policy;
        Map<List<String>, List<Target>> strata =
                miners.stream().collect(Collectors.groupingBy(miner -> stratum(policy, miner)));
        double roots =
                strata.values().stream().mapToDouble(of -> Math.sqrt(of.size())).sum();
        double wantedTokens = 0;
        double wanted = 0;
        for (CanaryKind kind : tokens.keySet()) {
            double all = policy.perDay().getOrDefault(kind, 0.0) * miners.size();
            Map<TargetId, Double> of = new HashMap<>();
            strata.values()
                    .forEach(stratum -> stratum.forEach(miner -> of.put(
                            miner.id(),
                            times(kind, miner) * all * Math.sqrt(stratum.size()) / roots / stratum.size())));
            perDay.put(kind, of);
            double sent = of.values().stream().mapToDouble(each -> each).sum();
            wanted += sent;
            wantedTokens += sent * tokens.getOrDefault(kind, 0);
        }
        this.thinning = Math.min(1, PLANNED * least(wantedTokens, wanted));
        this.shortfall = shortfall(tokens, miners.size());
    }

    /** Answers of trusted miners are what all others are compared with: there have to be several for each of theirs. */
    private static double times(CanaryKind kind, Target miner) {
        return kind == CanaryKind.IDENTITY && "true".equals(miner.labels().get("trusted")) ? TRUSTED : 1;
    }

    /** How many times the wanted canaries the budget pays for, by tokens and fees; GPU-seconds are known only afterwards. */
    private double least(double wantedTokens, double wanted) {
        double tokens = allowedTokens();
        double fees = Math.min(
                policy.day().fees().doubleValue(), 24 * policy.hour().fees().doubleValue());
        double cost = wanted * policy.fee().doubleValue();
        return Math.min(wantedTokens > 0 ? tokens / wantedTokens : 1 / PLANNED, cost > 0 ? fees / cost : 1 / PLANNED);
    }

    private double allowedTokens() {
        return Math.min((double) policy.day().tokens(), 24.0 * policy.hour().tokens());
    }

    private Optional<String> shortfall(Map<CanaryKind, Integer> tokens, int miners) {
        double rounds = DAY / policy.cover().toSeconds();
        double cost =
                rounds * miners * tokens.values().stream().mapToInt(of -> of).sum();
        double allowed = allowedTokens();
        return cost <= allowed
                ? Optional.empty()
                : Optional.of(String.format(
                        "asking each of %d miners once in %d s takes %.0f tokens a day, and the budget has %.0f: about one in %.1f"
                                + " waits longer",
                        miners, policy.cover().toSeconds(), cost, allowed, cost / Math.max(cost - allowed, 1)));
    }

    private static List<String> stratum(CanaryPolicy policy, Target miner) {
        return policy.strata().stream()
                .map(label -> miner.labels().getOrDefault(label, ""))
                .toList();
    }

    /** Why the promise to ask everybody within the time of cover cannot be kept; empty when it can. */
    public Optional<String> shortfall() {
        return shortfall;
    }

    /** Canaries of {@code kind} that {@code miner} gets a day on average; 0 for a miner that is not in the draw. */
    public double perDay(CanaryKind kind, TargetId miner) {
        return thinning * perDay.getOrDefault(kind, Map.of()).getOrDefault(miner, 0.0);
    }

    /**
     * The probability, from 0 to 1, with which a slot is used.
     *
     * @param every from slot to slot
     * @param since since this miner was last sent a canary of this kind; empty for never, which is as if it were due
     */
    public double probability(
            CanaryKind kind, TargetId miner, Duration every, Optional<Duration> since, Interest interest) {
        double seconds = every.toMillis() / 1e3;
        double drawn = -Math.expm1(-perDay(kind, miner) * interest.factor(policy) * seconds / DAY);
        double left = policy.cover().toMillis() / 1e3
                - since.map(duration -> duration.toMillis() / 1e3).orElse(Double.POSITIVE_INFINITY);
        if (left > LAST_CALL * policy.cover().toSeconds()) {
            return drawn;
        }
        // Any of the slots that are left, each with the same chance.
        double slots = Math.floor(left / seconds);
        return slots <= 1 ? 1 : Math.max(drawn, 1 / slots);
    }
}
