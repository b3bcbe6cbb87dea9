package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.miner.CanaryKind;
import org.jspecify.annotations.Nullable;

/**
 * What a series keeps for the comparison of what is measured, claimed and on the chain.
 *
 * @param list of a router's list of miners
 * @param onChain of what the chain counts of a node
 * @param answered canaries of this series that were answered, since it began
 * @param failed canaries of this series that the miner is charged with, since it began
 * @param reputation the newest interval of a node's reputation; null where the series is another
 */
public record Reconciled(
        MinerList list,
        OnChain onChain,
        long answered,
        long failed,
        @Nullable Band reputation) {
    static final Reconciled NONE = new Reconciled(MinerList.NONE, OnChain.NONE, 0, 0, null);

    /** An interval. */
    public record Band(double lower, double upper) {
        /** How far {@code value} is from it; 0 within. */
        double distance(double value) {
            return Math.max(0, Math.max(lower - value, value - upper));
        }
    }

    public Reconciled {
        list = list == null ? MinerList.NONE : list;
        onChain = onChain == null ? OnChain.NONE : onChain;
    }

    /** After a run of the series. */
    Reconciled step(Observation observation) {
        if (!observation.outcome().isOk()) {
            return this;
        }
        if (CanaryKind.of(observation.probe()).isPresent()) {
            return new Reconciled(list, onChain, answered + 1, failed, reputation);
        }
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double lower = seen.get(Measurement.REPUTATION_LOWER);
        Double upper = seen.get(Measurement.REPUTATION_UPPER);
        return lower == null || upper == null
                ? this
                : new Reconciled(list, onChain, answered, failed, new Band(lower, upper));
    }

    /** When the miner is charged with one more canary that failed. */
    Reconciled charged() {
        return new Reconciled(list, onChain, answered, failed + 1, reputation);
    }

    Reconciled with(MinerList next) {
        return new Reconciled(next, onChain, answered, failed, reputation);
    }

    /** With the node's reputation beside what the chain counts. */
    Reconciled with(OnChain next, @Nullable Band score) {
        return new Reconciled(list, next, answered, failed, score);
    }

    /** Adds what a run that measured {@code seen} came to. */
    @JsonIgnore
    void addTo(Map<Signal, Double> signals, Map<Measurement, Double> seen) {
        if (seen.containsKey(Measurement.ROUTER_MINERS_UNLISTED)) {
            list.addTo(signals);
        }
        if (seen.containsKey(Measurement.ONCHAIN_TASKS)) {
            onChain.addTo(signals);
        }
        Double score = seen.get(Measurement.ONCHAIN_SCORE);
        if (score != null && reputation != null) {
            signals.put(Signal.REPUTATION_ONCHAIN_GAP, reputation.distance(score));
        }
    }
}
