package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a router's list of miners says against what is known of them otherwise, and for how long. A difference lasts from the first list
 * that shows it to the newest canary, or act on the chain, that contradicts it: what was measured before the list was read is no
 * contradiction, so that our own pace is in it. It counts once it has lasted longer than {@link #REFRESH}, which a router gets to notice.
 *
 * @param dead since when the list has had a miner whose canaries fail, by the miner's id
 * @param absent since when the list has lacked a miner, by its id
 * @param found what the newest list came to; null before the first
 */
public record MinerList(
        Map<String, Instant> dead,
        Map<String, Instant> absent,
        @Nullable Found found) {
    static final MinerList NONE = new MinerList(Map.of(), Map.of(), null);

    /** What a router may take to change its list. None is published; a connection that is lost shows within a minute. */
    static final Duration REFRESH = Duration.ofSeconds(60);

    /**
     * What contradicts the list.
     *
     * @param compared miners of which a canary says something
     * @param listedDead of these, listed and failing
     * @param unlistedAlive of these, not listed and answering
     * @param unlistedActive not listed and at work on the chain; null when the chain was not read
     * @param seconds that the longest of these differences has lasted; 0 without one
     */
    public record Found(
            int compared,
            int listedDead,
            int unlistedAlive,
            @Nullable Integer unlistedActive,
            double seconds) {}

    /**
     * What canaries say of a miner.
     *
     * @param works whether the newest was answered
     * @param fails whether the newest three and more failed, and the miner is charged with that
     * @param at when the newest of those was
     */
    record Known(boolean works, boolean fails, Instant at) {}

    public MinerList {
        dead = Map.copyOf(dead);
        absent = Map.copyOf(absent);
    }

    /**
     * After a list at {@code at} that lacked {@code unlisted}.
     *
     * @param known of miners of the router that canaries say something of
     * @param acts when miners that are not listed last did something on the chain; null when it was not read
     */
    MinerList step(Set<String> unlisted, Map<String, Known> known, @Nullable Map<String, Instant> acts, Instant at) {
        Map<String, Instant> nextAbsent = since(absent, unlisted, id -> true, at);
        Map<String, Instant> nextDead = since(
                dead,
                known.keySet(),
                id -> !unlisted.contains(id) && known.getOrDefault(id, NOTHING).fails(),
                at);
        Map<String, Instant> failing = times(known, Known::fails);
        Map<String, Instant> working = times(known, Known::works);
        Lasting listedDead = lasting(nextDead, failing);
        Lasting unlistedAlive = lasting(nextAbsent, working);
        Lasting unlistedActive = lasting(nextAbsent, acts == null ? Map.of() : acts);
        return new MinerList(
                nextDead,
                nextAbsent,
                new Found(
                        known.size(),
                        listedDead.count(),
                        unlistedAlive.count(),
                        acts == null ? null : Integer.valueOf(unlistedActive.count()),
                        Math.max(listedDead.seconds(), Math.max(unlistedAlive.seconds(), unlistedActive.seconds()))));
    }

    private static final Known NOTHING = new Known(false, false, Instant.MIN);

    private record Lasting(int count, double seconds) {}

    private static Map<String, Instant> since(
            Map<String, Instant> before, Collection<String> ids, Predicate<String> differs, Instant at) {
        Map<String, Instant> next = new HashMap<>();
        ids.stream().filter(differs).forEach(id -> next.put(id, before.getOrDefault(id, at)));
        return next;
    }

    private static Map<String, Instant> times(Map<String, Known> known, Predicate<Known> which) {
        Map<String, Instant> times = new HashMap<>();
        known.forEach((id, one) -> {
            if (which.test(one)) {
                times.put(id, one.at());
            }
        });
        return times;
    }

    private static Lasting lasting(Map<String, Instant> since, Map<String, Instant> contradicted) {
        int count = 0;
        double longest = 0;
        for (Map.Entry<String, Instant> entry : since.entrySet()) {
            Instant until = contradicted.get(entry.getKey());
            Duration lasted = until == null ? Duration.ZERO : Duration.between(entry.getValue(), until);
            if (lasted.compareTo(REFRESH) > 0) {
                count++;
                longest = Math.max(longest, lasted.toMillis() / 1e3);
            }
        }
        return new Lasting(count, longest);
    }

    /** Adds what the newest list came to; what has no other side to compare with stays unknown. */
    @JsonIgnore
    void addTo(Map<Signal, Double> signals) {
        Found newest = found;
        if (newest == null) {
            return;
        }
        signals.put(Signal.ROUTER_MINERS_COMPARED, (double) newest.compared());
        if (newest.compared() > 0) {
            signals.put(Signal.ROUTER_LISTED_DEAD_MINERS, (double) newest.listedDead());
            signals.put(Signal.ROUTER_UNLISTED_ALIVE_MINERS, (double) newest.unlistedAlive());
        }
        Integer active = newest.unlistedActive();
        if (active != null) {
            signals.put(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, (double) active);
        }
        if (newest.compared() > 0 || active != null) {
            signals.put(Signal.ROUTER_MINERS_DIFFER_SECONDS, newest.seconds());
        }
    }
}
