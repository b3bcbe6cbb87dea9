package network.litewatch.controlplane.canary;

import java.util.List;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.drift.Require;

/**
 * Watches whether one node serves the model that it names, round by round. Of honest nodes one in {@code 1 / bound} is accused in
 * its whole life. It tells another model, also one that serves a share of the requests; it does not tell 8 bits from 4.
 *
 * <p>Honest is who draws texts as the trusted nodes do. At temperature 0 rounding of another card is another text: there the
 * trusted nodes must have the audited one's card.
 *
 * @param bound probability of ever accusing an honest node
 * @param evidence of all rounds
 * @param accusedAfter completions until the accusation; 0 while there is none. It is never taken back: a node that goes back to
 *     its model is begun anew by a person, who sets its {@code identity_since}
 */
public record IdentityWatch(double bound, RankEvidence evidence, long accusedAfter) {
    /** One honest node in a hundred thousand. */
    public static final double BOUND = 1e-5;

    /** How many of an answer's first characters are compared. */
    public static final int CHARACTERS = 40;

    public IdentityWatch {
        Require.inside("bound", bound, 0, 1);
    }

    /** Before the first round. */
    public static IdentityWatch before(double bound) {
        return new IdentityWatch(bound, RankEvidence.NONE, 0);
    }

    /** The state after a round's {@link IdentityRound#of}; a round without anything to compare changes nothing. */
    public IdentityWatch after(List<IdentityRound.Prompt> prompts, RandomGenerator random) {
        if (prompts.isEmpty()) {
            return this;
        }
        RankEvidence next = evidence.after(prompts, CHARACTERS, random);
        boolean first = accusedAfter == 0 && next.accuses(bound);
        return new IdentityWatch(bound, next, first ? next.completions() : accusedAfter);
    }

    public boolean accused() {
        return accusedAfter > 0;
    }
}
