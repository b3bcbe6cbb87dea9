package network.litewatch.controlplane.bench.fleet;

import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import network.litewatch.controlplane.canary.CanaryPlan;
import network.litewatch.controlplane.canary.SuccessPlan;

/** A fault that is planted, what should find it, and what is promised of that. */
enum Fault {
    SLOW_STEADY("decodes 20 % slower, CV 0.1", Judge.SPEED, "rate canaries", 8, false),
    SLOW_RESTLESS("decodes 20 % slower, CV 0.2", Judge.SPEED, "rate canaries", 0, false),
    ONE_POINT(
            "succeeds 1 point less (99.5 to 98.5 %)",
            Judge.SUCCESS,
            "canaries",
            new SuccessPlan(CanaryPlan.ALPHA, CanaryPlan.POWER)
                    .test(CanaryPlan.Drop.ONE_POINT.before(), CanaryPlan.Drop.ONE_POINT.after())
                    .samples(),
            false),
    TEN_POINTS("succeeds 10 points less (99.5 to 89.5 %)", Judge.SUCCESS, "canaries", 96, false),
    COLD_STARTER("starts cold one time in four", Judge.COLD, "canaries", 96, false),
    SWAP("serves another model", Judge.IDENTITY, "completions", 40, true),
    SHARE("serves another model 30 % of the time", Judge.IDENTITY, "completions", 400, true),
    NEAR("serves another model that writes much alike", Judge.IDENTITY, "completions", 0, false),
    BRANCHING("serves another model, text that branches", Judge.IDENTITY, "completions", 40, false),
    BRANCHING_SHARE("the same 30 % of the time", Judge.IDENTITY, "completions", 400, true),
    LIAR("claims 25 % more tokens", Judge.TOKENS, "rate canaries", 20, false),
    STORE("answers out of a store of ten", Judge.CACHE, "rate canaries", 20, false);

    private final String label;
    private final Judge judge;
    private final String unit;
    private final int within;
    private final boolean all;

    Fault(String label, Judge judge, String unit, int within, boolean all) {
        this.label = label;
        this.judge = judge;
        this.unit = unit;
        this.within = within;
        this.all = all;
    }

    String label() {
        return label;
    }

    Judge judge() {
        return judge;
    }

    String unit() {
        return unit;
    }

    /** Samples within which it is promised to be found; empty where nothing is. */
    OptionalInt within() {
        return within == 0 ? OptionalInt.empty() : OptionalInt.of(within);
    }

    /** Whether that is promised of every node that has it, rather than of half of them. */
    boolean all() {
        return all;
    }

    /** Judges that are right to accuse a node of it. */
    Set<Judge> rightly() {
        // A store is also another model, and is faster than decoding, once it is away again slower.
        return this == STORE ? EnumSet.of(Judge.CACHE, Judge.IDENTITY, Judge.SPEED) : EnumSet.of(judge);
    }
}
