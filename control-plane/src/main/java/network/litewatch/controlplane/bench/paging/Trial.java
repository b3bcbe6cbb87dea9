package network.litewatch.controlplane.bench.paging;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What became of one fault.
 *
 * @param fired from the fault until our rule fired; empty where that was not seen
 * @param told from the fault until the first message that says so; who missed it is not in it
 * @param ended from its end until the message that says so; likewise
 */
record Trial(Planted fault, Optional<Duration> fired, Map<Side, Duration> told, Map<Side, Duration> ended) {
    Trial {
        told = Map.copyOf(told);
        ended = Map.copyOf(ended);
    }

    Optional<Duration> told(Side side) {
        return Optional.ofNullable(told.get(side));
    }

    Optional<Duration> ended(Side side) {
        return Optional.ofNullable(ended.get(side));
    }

    /** When Prometheus tells that asks for as many looks as our rule does. */
    Optional<Duration> toldAlike() {
        return told(fault.looks() == 1 ? Side.ONCE : Side.THRICE);
    }
}
