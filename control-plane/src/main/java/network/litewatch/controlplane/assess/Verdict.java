package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/**
 * Who a failed canary is charged with.
 *
 * @param at when it was decided: the end of the observation that made it clear
 * @param why in words for people
 * @param restsOn the observations that it rests on, as {@code probe@target slot}
 */
public record Verdict(
        SeriesKey key,
        NetworkId network,
        OpenCharge charge,
        Instant at,
        Party party,
        String why,
        List<String> restsOn) {
    /** Who can be to blame. */
    public enum Party {
        RPC,
        CHAIN,
        ROUTER,
        /** What lies between router and miners, or all of these together: several of them failed at once. */
        QUEUE,
        MINER,
        /** The way to the miner was not looked at in time. */
        UNKNOWN;

        /** Lower-case name, as documents spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the run ends for the miner: as it did when that is charged with it, else inconclusive. */
    public Outcome outcome() {
        return party == Party.MINER
                ? Outcome.failed(charge.reason(), charge.detail())
                : Outcome.inconclusive(
                        Reason.PATH_UNHEALTHY,
                        party.label() + ": " + why + "; the run itself: "
                                + charge.reason().label() + ", " + charge.detail());
    }

    public Verdict {
        restsOn = List.copyOf(restsOn);
    }
}
