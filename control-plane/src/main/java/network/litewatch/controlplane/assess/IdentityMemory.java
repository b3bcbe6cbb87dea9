package network.litewatch.controlplane.assess;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import network.litewatch.controlplane.canary.IdentityRound;
import network.litewatch.controlplane.canary.IdentityWatch;
import network.litewatch.probe.Observation;
import network.litewatch.probe.miner.MinerCanaryProbe;
import org.jspecify.annotations.Nullable;

/**
 * What a miner answered to the identity prompts of its newest two rounds, and what its rounds say of it together. A miner's round is
 * judged when it has answered in a later one, against what trusted miners of the same model answered to the same prompts.
 *
 * @param said oldest first
 * @param watch over all judged rounds since then; of a trusted miner nothing is judged
 * @param since when it was begun anew; null while it never was
 */
public record IdentityMemory(
        List<Said> said, IdentityWatch watch, @Nullable Instant since) {
    static final IdentityMemory NONE = new IdentityMemory(List.of(), IdentityWatch.before(IdentityWatch.BOUND), null);

    /** Label of a miner whose answers are what others are compared with. */
    static final String TRUSTED = "trusted";

    /** Label that says from when on a miner's answers count, in ISO 8601; without it all do. */
    static final String SINCE = "identity_since";

    /** Label of what is seen of a target in a drill. */
    static final String DRILL = "drill";

    // The first characters that are compared, and no more of what may be long.
    private static final int CHARACTERS = IdentityWatch.CHARACTERS;
    private static final int KEPT = 80;
    private static final String SELF = "self";

    /**
     * One answer.
     *
     * @param round of the prompt
     * @param prompt its number within the round
     * @param text the answer's first characters
     */
    public record Said(String round, String prompt, String text) {}

    public IdentityMemory {
        said = said == null ? List.of() : List.copyOf(said);
        watch = watch == null ? IdentityWatch.before(IdentityWatch.BOUND) : watch;
    }

    /** After an ok run; {@code trusted} is what trusted miners of the same model remember. */
    IdentityMemory step(Observation observation, Collection<IdentityMemory> trusted) {
        if (observation.labels().containsKey(DRILL)) {
            // A suspicion is for life: what somebody broke on purpose may not lead to one.
            return this;
        }
        Instant asked = since(observation);
        return asked == null || observation.slot().isBefore(asked) || (since != null && !asked.isAfter(since))
                ? stepped(observation, trusted)
                : new IdentityMemory(List.of(), NONE.watch(), asked).stepped(observation, trusted);
    }

    private static @Nullable Instant since(Observation observation) {
        String text = observation.labels().getOrDefault(SINCE, "");
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            // A network file is checked; what came otherwise must not end the judging of all.
            return null;
        }
    }

    private IdentityMemory stepped(Observation observation, Collection<IdentityMemory> trusted) {
        String prompt = observation.finding().evidence().getOrDefault(MinerCanaryProbe.PROMPT, "");
        String text = observation.finding().evidence().getOrDefault(MinerCanaryProbe.TEXT, "");
        int slash = prompt.indexOf('/');
        if (slash < 1) {
            return this;
        }
        Said newest = new Said(
                prompt.substring(0, slash),
                prompt.substring(slash + 1),
                text.substring(0, Math.min(text.length(), CHARACTERS)));
        String current =
                said.isEmpty() ? newest.round() : said.get(said.size() - 1).round();
        boolean over = !current.equals(newest.round());
        boolean isTrusted = "true".equals(observation.labels().get(TRUSTED));
        List<Said> all = new ArrayList<>(said);
        if (over) {
            // What came before the round that is over was judged when that began.
            all.removeIf(one -> !one.round().equals(current));
        }
        all.add(newest);
        return new IdentityMemory(
                all.subList(Math.max(0, all.size() - KEPT), all.size()),
                over && !isTrusted ? watch.after(round(current, trusted).of(SELF), ties(observation)) : watch,
                since);
    }

    private IdentityRound round(String id, Collection<IdentityMemory> trusted) {
        IdentityRound round = IdentityRound.open(id);
        for (IdentityMemory one : trusted) {
            for (Said theirs : one.said()) {
                if (theirs.round().equals(id)) {
                    round = round.trusted(theirs.prompt(), theirs.text());
                }
            }
        }
        for (Said own : said) {
            if (own.round().equals(id)) {
                round = round.audited(SELF, own.prompt(), own.text());
            }
        }
        return round;
    }

    /** Chance that breaks ties, the same in every replay. */
    private static SplittableRandom ties(Observation observation) {
        return new SplittableRandom(31L * observation.target().value().hashCode()
                + observation.slot().toEpochMilli());
    }

    boolean nothingSaid() {
        return said.isEmpty();
    }
}
