package network.litewatch.controlplane.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/** What each vantage last said of one rule and one target. A value. */
record Votes(Map<Vantage, Vote> byVantage) {
    static final Votes NONE = new Votes(Map.of());

    /** So many intervals without a word, and a vantage's last word counts no more; after as many the others are not waited for. */
    private static final int INTERVALS = 3;

    private static final Duration FIRST_WORD = Duration.ofMinutes(5);
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    Votes {
        byVantage = Map.copyOf(byVantage);
    }

    /**
     * The last word of a vantage.
     *
     * @param gap time from the word before; zero for the first
     * @param words how many there were, as far as that matters
     */
    record Vote(Assessment assessment, boolean breach, Duration gap, int words) {
        private Instant at() {
            return assessment.at();
        }

        private boolean counts(Instant now) {
            Duration most = words == 1 ? FIRST_WORD : gap.multipliedBy(INTERVALS);
            return !at().plus(most.compareTo(SHORTEST) < 0 ? SHORTEST : most).isBefore(now);
        }
    }

    /** With one word more; an older one than is there changes nothing. */
    Votes with(Assessment assessment, boolean breach) {
        Vantage vantage = assessment.key().vantage();
        Vote before = byVantage.get(vantage);
        if (before != null && assessment.at().isBefore(before.at())) {
            return this;
        }
        Map<Vantage, Vote> next = new HashMap<>(byVantage);
        next.put(vantage, next(before, assessment, breach));
        return new Votes(next);
    }

    private static Vote next(@Nullable Vote before, Assessment assessment, boolean breach) {
        if (before == null) {
            return new Vote(assessment, breach, Duration.ZERO, 1);
        }
        Duration gap = Duration.between(before.at(), assessment.at());
        // A run that is repeated early must not make the next regular one late.
        Duration slow = before.gap().dividedBy(2);
        return new Vote(
                assessment, breach, gap.compareTo(slow) < 0 ? slow : gap, Math.min(INTERVALS, before.words() + 1));
    }

    /** The newest time that any vantage spoke of. */
    Instant now() {
        return byVantage.values().stream()
                .map(Vote::at)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /** Whether the breach stands; empty as long as vantages that may still speak up have not. */
    Optional<Boolean> verdict(Quorum quorum) {
        int reporting = counting().size();
        boolean waited = byVantage.values().stream().anyMatch(vote -> vote.words() >= INTERVALS);
        return reporting >= quorum.of() || waited
                ? Optional.of(breaching().size() >= quorum.among(reporting))
                : Optional.empty();
    }

    /** Those whose last word counts now, by name. */
    List<Vote> counting() {
        Instant now = now();
        return byVantage.values().stream()
                .filter(vote -> vote.counts(now))
                .sorted(Comparator.comparing(
                        vote -> vote.assessment().key().vantage().value()))
                .toList();
    }

    /** Those of them that see the breach. */
    List<Vote> breaching() {
        return counting().stream().filter(Vote::breach).toList();
    }
}
