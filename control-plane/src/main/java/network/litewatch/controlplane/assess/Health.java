package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import org.jspecify.annotations.Nullable;

/**
 * When something that others depend on last worked, and last did not. For a router or a miner, to work is to answer, whatever it
 * says; an RPC must show a head that moves as well.
 *
 * @param okSlot slot of the newest run that found it working; null before the first
 * @param badAt end of the newest run that did not; null before the first
 */
public record Health(@Nullable Instant okSlot, @Nullable Instant badAt) {
    static final Health NONE = new Health(null, null);

    // A head may rest for that long whatever the time between blocks; what the probe of an RPC calls a stall is much
    // more.
    private static final double RESTING_SECONDS = 5;
    private static final double RESTING_BLOCKS = 10;
    private static final double OLD_SECONDS = 20;

    private static final Set<Reason> UNREACHED = EnumSet.of(
            Reason.TIMEOUT,
            Reason.DNS_FAILURE,
            Reason.CONNECTION_REFUSED,
            Reason.CONNECTION_RESET,
            Reason.NETWORK_ERROR,
            Reason.TLS_FAILURE,
            Reason.TLS_EXPIRED,
            Reason.TLS_NOT_YET_VALID,
            Reason.TLS_UNTRUSTED,
            Reason.TLS_WRONG_NAME,
            Reason.HTTP_STATUS,
            Reason.PROTOCOL_ERROR,
            Reason.TRUNCATED,
            Reason.PATH_UNHEALTHY);

    /** What is known of something between two moments. */
    enum State {
        WORKED,
        DID_NOT,
        /** It was not looked at after the second one. */
        UNKNOWN
    }

    /** After a run; {@code head} is what an RPC showed last, null for others. What says nothing of the target changes nothing. */
    Health step(Observation observation, @Nullable Head head) {
        Outcome outcome = observation.outcome();
        if (outcome.kind() == Outcome.Kind.NOT_RUN || outcome.reason() == Reason.VANTAGE_OFFLINE) {
            return this;
        }
        boolean works = observation.kind() == TargetKind.RPC
                ? outcome.isOk() && head != null && moves(head, observation)
                : outcome.isOk() || !(observation.kind() == TargetKind.MINER || UNREACHED.contains(outcome.reason()));
        return works ? new Health(observation.slot(), badAt) : new Health(okSlot, observation.endedAt());
    }

    private static boolean moves(Head head, Observation observation) {
        if ("quiet".equals(observation.labels().get("cadence"))) {
            return true;
        }
        double block = head.blockTime().known() ? head.blockTime().seconds() : 1;
        double rests = Duration.between(head.since(), head.seenAt()).toMillis() / 1e3;
        double age = head.seenAt().toEpochMilli() / 1e3 - head.timestamp();
        return rests <= Math.max(RESTING_SECONDS, RESTING_BLOCKS * block)
                && age <= Math.max(OLD_SECONDS, 2 * RESTING_BLOCKS * block);
    }

    /**
     * Whether it worked from {@code from} to {@code to}: it did when it was found working by a run that began after {@code to},
     * and never otherwise since {@code from}.
     */
    State between(Instant from, Instant to) {
        if (badAt != null && !badAt.isBefore(from)) {
            return State.DID_NOT;
        }
        return okSlot != null && !okSlot.isBefore(to) ? State.WORKED : State.UNKNOWN;
    }
}
