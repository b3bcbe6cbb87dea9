package network.litewatch.controlplane.sampling;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.miner.CanaryKind;

/**
 * How the miners of a network are sampled.
 *
 * @param perDay canaries of each kind that a miner is to get in a day on average, before the budget has its say; not negative
 * @param cover no miner waits longer than this for a canary of any paced kind, as long as the budget lasts
 * @param strata labels whose values part the miners: small parts get more than their share, so that each can be judged
 * @param denser how many times as often a miner is asked that gave reason to
 * @param denserRuns how many canaries an hour that may be, at most
 * @param fee what one canary costs in the network's fee token; 0 where tasks are free
 * @param hour what may be spent in 60 minutes in a row
 * @param day what may be spent in 24 hours in a row
 */
public record CanaryPolicy(
        Map<CanaryKind, Double> perDay,
        Duration cover,
        List<String> strata,
        double denser,
        int denserRuns,
        BigDecimal fee,
        Budget hour,
        Budget day) {
    /** 96 a day: the speed every hour, identity four times, pings between. */
    public static final Map<CanaryKind, Double> PER_DAY =
            Map.of(CanaryKind.PING, 68.0, CanaryKind.RATE, 24.0, CanaryKind.IDENTITY, 4.0);

    /**
     * Caps; none may be passed.
     *
     * @param tokens asked and answered
     * @param gpuSeconds from a canary's start to its end, which is what a miner's card is busy with at most
     * @param fees in the network's fee token
     */
    public record Budget(long tokens, double gpuSeconds, BigDecimal fees) {
        public Budget {
            if (tokens < 0 || !(gpuSeconds >= 0) || fees.signum() < 0) {
                throw new IllegalArgumentException("a budget cannot be negative");
            }
        }
    }

    public CanaryPolicy {
        Map<CanaryKind, Double> all = new EnumMap<>(PER_DAY);
        all.putAll(perDay);
        perDay = Map.copyOf(all);
        strata = List.copyOf(strata);
        if (cover.isNegative() || cover.isZero()) {
            throw new IllegalArgumentException("cover must be longer than 0");
        }
        if (!(denser >= 1) || denserRuns < 0 || fee.signum() < 0) {
            throw new IllegalArgumentException("denser must be 1 or more, its runs and the fee not negative");
        }
    }
}
