package network.litewatch.controlplane.drill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of a drill, and how far it is.
 *
 * <pre>
 *   PLANNED --turn--> STEADY --held--> ARMED --> INJECTING --made--> INJECTED --all fired, told--> ROLLING_BACK
 *                       |                            | not made         | not, or too late, or something else     |
 *                       v too long                   v                  v                                        v undone
 *                     CLOSED                       CLOSED          ROLLING_BACK                             ROLLED_BACK
 *                                                                                        alerts gone and steady |
 *                                                                                                          CLOSED
 * </pre>
 *
 * <p>From ARMED on everything that is seen of what it touches is marked as belonging to it. From INJECTING on the injector is told to undo the fault,
 * again and again until it says that it did or the lease is over. The first verdict that is found stays.
 *
 * @param id of the run, unique; also the value of the label {@code drill}
 * @param entered when each state was reached
 * @param heldSince since when the steady state is there without a break; null while it is not
 * @param fault the injector's name for what it made; null before
 * @param faultEnds when the lease of that ends; null before
 * @param firedAt when the expected alert that fired last did; null before all did
 * @param resolvedAt when the last of the expected alerts was over; null before
 * @param firings of each expected alert that fired, by its name
 * @param messages most messages that people had at once
 * @param verdict null while none is found
 * @param why the verdict, in words; empty before
 * @param events what happened, in order
 */
public record DrillRun(
        String id,
        Drill drill,
        Mode mode,
        State state,
        Map<State, Instant> entered,
        @Nullable Instant heldSince,
        @Nullable String fault,
        @Nullable Instant faultEnds,
        @Nullable Instant firedAt,
        @Nullable Instant resolvedAt,
        Map<String, Firing> firings,
        int messages,
        @Nullable Verdict verdict,
        String why,
        List<Event> events) {
    /** How long everybody has to learn what the run touches before anything is broken. */
    static final Duration ARMING = Duration.ofSeconds(3);

    /** How long a run waits for others to be over. */
    static final Duration QUEUE = Duration.ofMinutes(60);

    /** What is told of an alert that fired has so long to be out. */
    static final Duration TELLING = Duration.ofSeconds(30);

    private static final int MOST_EVENTS = 200;

    /** How far a run is. */
    public enum State {
        PLANNED,
        STEADY,
        ARMED,
        INJECTING,
        INJECTED,
        ROLLING_BACK,
        ROLLED_BACK,
        CLOSED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the runner is asked to do. */
    public enum Command {
        NOTHING,
        INJECT,
        ROLL_BACK
    }

    /** When an expected alert fired, and when it was over; null before that. */
    public record Firing(Instant firedAt, @Nullable Instant resolvedAt) {}

    /** Something that happened, in words. */
    public record Event(Instant at, String what) {}

    /** The run after a step, and what is to be done then; the run is to be stored before that. */
    public record Next(DrillRun run, Command command) {}

    public DrillRun {
        entered = entered.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(entered));
        firings = firings == null
                ? Map.of()
                : Map.copyOf(firings); // a run that was stored before there were any has none
        events = List.copyOf(events.subList(Math.max(0, events.size() - MOST_EVENTS), events.size()));
    }

    /** A run that waits for its turn. */
    public static DrillRun planned(String id, Drill drill, Mode mode, Instant at) {
        return new DrillRun(
                id,
                drill,
                mode,
                State.PLANNED,
                Map.of(State.PLANNED, at),
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                0,
                null,
                "",
                List.of(new Event(at, "planned")));
    }

    /** The run with something more in its journal: {@code what} happened. */
    public DrillRun noted(String what, Instant at) {
        return with().event(at, what).build();
    }

    /** Whether one person's wish does not begin it: it breaks something that people live by. */
    public boolean needsTwoPeople() {
        return drill.tier() == Drill.Tier.PRODUCTION && mode.injects();
    }

    /** What follows from what is seen. The same for the same arguments. */
    public Next step(Sight sight) {
        return new DrillStep(this, sight).next();
    }

    /** The injector made the fault, which it ends at {@code ends} by itself. */
    public DrillRun injected(@Nullable String handle, Instant ends, Instant at) {
        return state != State.INJECTING
                ? this
                : with().fault(handle, ends)
                        .to(State.INJECTED, at, "injected " + drill.broken())
                        .build();
    }

    /** The injector made no fault; or, where that is not {@code certain}, may have. */
    public DrillRun notInjected(String reason, boolean certain, Instant at) {
        if (state != State.INJECTING) {
            return this;
        }
        Draft draft = with().verdict(Verdict.INCONCLUSIVE, "the fault could not be made: " + reason);
        return certain
                ? draft.to(State.CLOSED, at, "not injected: " + reason).build()
                : draft.fault(null, at.plus(drill.fault().lease()))
                        .to(State.ROLLING_BACK, at, "not known whether it was injected: " + reason)
                        .build();
    }

    /** The injector says that its fault is over. */
    public DrillRun rolledBack(Instant at) {
        return state == State.ROLLING_BACK
                ? with().to(State.ROLLED_BACK, at, "rolled back").build()
                : this;
    }

    /** The injector did not undo it; it is asked again. */
    public DrillRun notRolledBack(String reason, Instant at) {
        return state == State.ROLLING_BACK
                ? with().event(at, "not rolled back yet: " + reason).build()
                : this;
    }

    /** Ends it before its time: what was broken is mended first. */
    public DrillRun aborted(String why, Instant at) {
        if (state == State.CLOSED) {
            return this;
        }
        Draft draft = with().verdict(Verdict.ABORTED, why);
        if (!mayBeBroken()) {
            return state.compareTo(State.INJECTING) < 0
                    ? draft.to(State.CLOSED, at, "aborted: " + why).build()
                    : draft.event(at, "aborted: " + why).build();
        }
        return state == State.ROLLING_BACK
                ? draft.event(at, "aborted: " + why).build()
                : draft.to(State.ROLLING_BACK, at, "aborted: " + why).build();
    }

    /** Whether its fault may be in effect, as far as the runner knows. */
    boolean mayBeBroken() {
        return state == State.INJECTING || state == State.INJECTED || state == State.ROLLING_BACK;
    }

    @JsonIgnore
    public boolean isOver() {
        return state == State.CLOSED;
    }

    /** Since when what it touches is marked as its own; empty while it is not, and where it never was. */
    public Optional<Instant> markedFrom() {
        return Optional.ofNullable(entered.get(State.ARMED));
    }

    /** Until when; empty while it goes on. */
    public Optional<Instant> markedUntil() {
        Instant closed = entered.get(State.CLOSED);
        if (closed == null) {
            return Optional.empty();
        }
        // What could not be undone lasts as long as its lease.
        Instant ends = entered.containsKey(State.ROLLED_BACK) ? null : faultEnds;
        return Optional.of(ends == null || ends.isBefore(closed) ? closed : ends);
    }

    /** From the injection to the last of the expected alerts; empty where they did not all fire. */
    public Optional<Duration> toFire() {
        return between(entered.get(State.INJECTED), firedAt);
    }

    /** From the end of the fault to the end of its alerts; empty where that was not seen. */
    public Optional<Duration> toResolve() {
        return between(entered.get(State.ROLLED_BACK), resolvedAt);
    }

    /** The same of one of the expected alerts. */
    public Optional<Duration> toFire(String alert) {
        Firing firing = firings.get(alert);
        return firing == null ? Optional.empty() : between(entered.get(State.INJECTED), firing.firedAt());
    }

    /** The same of one of the expected alerts. */
    public Optional<Duration> toResolve(String alert) {
        Firing firing = firings.get(alert);
        return firing == null ? Optional.empty() : between(entered.get(State.ROLLED_BACK), firing.resolvedAt());
    }

    /** Whether it came to what its mode has to come to. */
    @JsonIgnore
    public boolean isPassed() {
        return verdict != null && mode.isPassedBy(verdict);
    }

    private static Optional<Duration> between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? Optional.empty() : Optional.of(Duration.between(from, to));
    }

    Draft with() {
        return new Draft(this);
    }

    /** A change of several parts at once. */
    static final class Draft {
        private final DrillRun before;
        private State state;
        private final Map<State, Instant> entered;
        private @Nullable Instant heldSince;
        private @Nullable String fault;
        private @Nullable Instant faultEnds;
        private @Nullable Instant firedAt;
        private @Nullable Instant resolvedAt;
        private final Map<String, Firing> firings;
        private int messages;
        private @Nullable Verdict verdict;
        private String why;
        private final List<Event> events;

        Draft(DrillRun before) {
            this.before = before;
            this.state = before.state;
            this.entered = new EnumMap<>(before.entered);
            this.heldSince = before.heldSince;
            this.fault = before.fault;
            this.faultEnds = before.faultEnds;
            this.firedAt = before.firedAt;
            this.resolvedAt = before.resolvedAt;
            this.firings = new HashMap<>(before.firings);
            this.messages = before.messages;
            this.verdict = before.verdict;
            this.why = before.why;
            this.events = new ArrayList<>(before.events);
        }

        Draft to(State next, Instant at, String what) {
            state = next;
            entered.putIfAbsent(next, at);
            return event(at, what);
        }

        Draft event(Instant at, String what) {
            // A runner that asks each second must not fill the journal with one sentence.
            if (events.isEmpty() || !events.get(events.size() - 1).what().equals(what)) {
                events.add(new Event(at, what));
            }
            return this;
        }

        Draft verdict(Verdict found, String because) {
            if (verdict == null) {
                verdict = found;
                why = because;
            }
            return this;
        }

        Draft heldSince(@Nullable Instant since) {
            heldSince = since;
            return this;
        }

        Draft fault(@Nullable String handle, Instant ends) {
            fault = handle;
            faultEnds = ends;
            return this;
        }

        Draft firedAt(Instant at) {
            firedAt = at;
            return this;
        }

        Draft resolvedAt(Instant at) {
            resolvedAt = at;
            return this;
        }

        Draft fired(String alert, Instant at) {
            firings.putIfAbsent(alert, new Firing(at, null));
            return this;
        }

        Draft resolved(String alert, Instant at) {
            firings.computeIfPresent(alert, (name, firing) -> new Firing(firing.firedAt(), at));
            return this;
        }

        Draft messages(int count) {
            messages = Math.max(messages, count);
            return this;
        }

        DrillRun build() {
            return new DrillRun(
                    before.id,
                    before.drill,
                    before.mode,
                    state,
                    entered,
                    heldSince,
                    fault,
                    faultEnds,
                    firedAt,
                    resolvedAt,
                    firings,
                    messages,
                    verdict,
                    why,
                    events);
        }
    }
}
