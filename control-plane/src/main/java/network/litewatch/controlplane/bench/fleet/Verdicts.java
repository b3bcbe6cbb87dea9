package network.litewatch.controlplane.bench.fleet;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one node was accused of and when: the beginnings of accusations, told apart by whether the fault was there. One node's
 * life in one thread.
 */
final class Verdicts {
    private final @Nullable Fault fault;
    private final double faultDay;
    private final Map<Judge, Boolean> accused = new EnumMap<>(Judge.class);
    private final Map<Judge, Integer> falsely = new EnumMap<>(Judge.class);
    private long samplesSince;
    private long foundAfter = -1;
    private double foundDay;

    Verdicts(@Nullable Fault fault, double faultDay) {
        this.fault = fault;
        this.faultDay = faultDay;
    }

    boolean faulty(double day) {
        return fault != null && day >= faultDay;
    }

    /** One more sample for {@code judge}, taken at {@code day}, and what it says now. */
    void said(Judge judge, double day, int samples, boolean accuses) {
        boolean rightly = fault != null && faulty(day) && fault.rightly().contains(judge);
        if (rightly && fault != null && fault.judge() == judge) {
            samplesSince += samples;
            // An accusation that was there before the fault is a false one, and finds it at once all the same.
            if (accuses && foundAfter < 0) {
                foundAfter = samplesSince;
                foundDay = day;
            }
        }
        boolean was = Boolean.TRUE.equals(accused.put(judge, accuses));
        if (accuses && !was && !rightly) {
            falsely.merge(judge, 1, Integer::sum);
        }
    }

    /** Days in which {@code judge} had nothing to find, of {@code days}. */
    double honestDays(Judge judge, double days) {
        return fault != null && fault.rightly().contains(judge) ? faultDay : days;
    }

    int falsely(Judge judge) {
        return falsely.getOrDefault(judge, 0);
    }

    /** Samples since the fault for the judge that should find it. */
    long samplesSince() {
        return samplesSince;
    }

    /** Samples from the fault to its accusation; empty when it was not found. */
    OptionalLong foundAfter() {
        return foundAfter < 0 ? OptionalLong.empty() : OptionalLong.of(foundAfter);
    }

    /** Hours from the fault to its accusation; empty when it was not found. */
    OptionalDouble foundHours() {
        return foundAfter < 0 ? OptionalDouble.empty() : OptionalDouble.of((foundDay - faultDay) * 24);
    }

    @Nullable
    Fault fault() {
        return fault;
    }
}
