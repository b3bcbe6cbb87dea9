package network.litewatch.controlplane.gate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A locked test: a load, then drills under a lighter load, then limits.
 *
 * @param drills ids, run one after the other
 * @param settle from the last drill to the counting of what is stored
 * @param digest SHA-256 of the file, in hex: two runs with the same one had the same plan
 */
public record GatePlan(
        String id, String title, Load load, List<String> drills, Duration settle, List<Limit> limits, String digest) {
    /** What limits call the load under drills. */
    public static final String DRILLS = "drills";

    public GatePlan {
        drills = List.copyOf(drills);
        limits = List.copyOf(limits);
    }

    /**
     * What is asked of the router.
     *
     * @param tokens of each answer
     * @param timeout of each request, from its slot
     * @param stages one after the other
     * @param underDrills goes on while drills run; empty for none
     */
    public record Load(int tokens, Duration timeout, List<Stage> stages, Optional<Stage> underDrills) {
        public Load {
            stages = List.copyOf(stages);
        }
    }

    /**
     * A stretch of load, sent at fixed slots whether or not answers come (open loop).
     *
     * @param sessions asked in turn
     * @param perSecond requests
     * @param lasts zero for as long as drills do
     */
    public record Stage(String name, List<Long> sessions, double perSecond, Duration lasts) {
        public Stage {
            sessions = List.copyOf(sessions);
        }

        /** From one request to the next. */
        public Duration interval() {
            return Duration.ofNanos(Math.round(1e9 / perSecond));
        }
    }
}
