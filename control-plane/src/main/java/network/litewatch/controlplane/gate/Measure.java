package network.litewatch.controlplane.gate;

import com.google.common.collect.ImmutableSet;
import java.util.Locale;

/** What a limit can be put to, with its unit and what a plan has to say beside it. */
public enum Measure {
    TTFT_SECONDS(Group.LATENCY, "s", Needs.QUANTILE, Needs.STAGES),
    TOTAL_SECONDS(Group.LATENCY, "s", Needs.QUANTILE, Needs.STAGES),
    TOKENS_PER_SECOND(Group.LATENCY, "tokens/s", Needs.QUANTILE, Needs.STAGES),
    ANSWERS_PER_SECOND(Group.THROUGHPUT, "/s", Needs.STAGES),
    ERROR_SHARE(Group.ERRORS, "share", Needs.STAGES, Needs.ERROR),
    DETECTION_SECONDS(Group.RECOVERY, "s", Needs.DRILL),
    RECOVERY_SECONDS(Group.RECOVERY, "s", Needs.DRILL),
    DRILLS_PROVED(Group.RECOVERY, "share"),
    REPUTATION_CHANGE(Group.SCORING, "of 1"),
    ANSWERS_AGREE(Group.CONSENSUS, "share", Needs.STAGES),
    TASKS_COMMITTED_BY_ALL(Group.CONSENSUS, "share", Needs.STAGES),
    OBSERVATIONS_MISSING(Group.INTEGRITY, "documents"),
    OBSERVATIONS_TWICE(Group.INTEGRITY, "documents"),
    SLOTS_MISSING(Group.INTEGRITY, "slots"),
    TASKS_UNINDEXED(Group.INTEGRITY, "tasks"),
    AUDIT_BROKEN(Group.INTEGRITY, "entries");

    /** What kind of promise it is. */
    public enum Group {
        LATENCY,
        THROUGHPUT,
        ERRORS,
        RECOVERY,
        SCORING,
        CONSENSUS,
        INTEGRITY;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a limit has to name. */
    public enum Needs {
        QUANTILE,
        STAGES,
        ERROR,
        DRILL
    }

    private final Group group;
    private final String unit;
    private final ImmutableSet<Needs> needs;

    Measure(Group group, String unit, Needs... needs) {
        this.group = group;
        this.unit = unit;
        this.needs = ImmutableSet.copyOf(needs);
    }

    /** As plans write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Group group() {
        return group;
    }

    public String unit() {
        return unit;
    }

    /** Whether a limit on it must name that, and one on others must not. */
    public boolean needs(Needs what) {
        return needs.contains(what);
    }
}
