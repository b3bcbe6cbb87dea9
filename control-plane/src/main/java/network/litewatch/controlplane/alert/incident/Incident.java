package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import org.jspecify.annotations.Nullable;

/**
 * Alerts of one group, from the first that fired until all have been quiet for a while, and what people were told of them.
 *
 * @param id travels with the message, so that it can be found again after a crash
 * @param shown what the message says, or is to say; null before it was first decided to speak
 * @param turns when it began or ceased to fire, newest last, at most {@value #MOST_TURNS}
 * @param since of the present state, firing or not
 * @param heardAt when people were last told of it in a way that they notice; null before
 * @param settled whether the end was told in the thread, so that a new beginning has to be
 * @param flapping whether it turns too often to tell of each turn
 * @param escalatedAt null while nobody was asked in addition
 * @param ack who has taken it; null while nobody has
 * @param falseAlarm who says that it was none; null while nobody does
 */
public record Incident(
        UUID id,
        GroupKey group,
        Instant openedAt,
        @Nullable Shown shown,
        List<Instant> turns,
        boolean firing,
        Instant since,
        @Nullable Instant heardAt,
        boolean settled,
        boolean flapping,
        @Nullable Instant escalatedAt,
        @Nullable Ack ack,
        @Nullable String falseAlarm) {
    static final int MOST_TURNS = 6;

    public Incident {
        turns = List.copyOf(turns);
    }

    /** An incident that nothing was said of. */
    public static Incident opened(UUID id, GroupKey group, Instant at) {
        return new Incident(id, group, at, null, List.of(), false, at, null, false, false, null, null, null);
    }

    /**
     * Somebody takes it: no reminders, no escalation, until then.
     *
     * @param until when it is nobody's again
     */
    public record Ack(String by, Instant at, Instant until) {}

    /**
     * What a message says, as far as a change of it is worth an edit.
     *
     * @param alerts a digest of the alerts that it speaks of
     * @param hiding how many alerts of others it says that it hides
     * @param first the alert that it is named after
     */
    public record Shown(
            boolean firing,
            String severity,
            String alerts,
            int muted,
            int hiding,
            boolean flapping,
            @Nullable String ackedBy,
            @Nullable String falseAlarm,
            Alert first,
            Instant at) {
        /** Whether it says the same; of the first alert that is seen to by the digest. */
        boolean saysWhat(Shown other) {
            return firing == other.firing
                    && severity.equals(other.severity)
                    && alerts.equals(other.alerts)
                    && muted == other.muted
                    && hiding == other.hiding
                    && flapping == other.flapping
                    && !isOtherwiseHeld(other);
        }

        /** Whether a person has said something since. */
        boolean isOtherwiseHeld(Shown other) {
            return !Objects.equals(ackedBy, other.ackedBy) || !Objects.equals(falseAlarm, other.falseAlarm);
        }
    }

    /** Somebody has taken it, for a while. */
    public Incident acked(String by, Instant at, Duration lasts) {
        return new Builder(this).ack(new Ack(by, at, at.plus(lasts))).build();
    }

    /** It is nobody's again. */
    public Incident released() {
        return new Builder(this).ack(null).build();
    }

    /** Somebody says that there was nothing. */
    public Incident falseAlarm(String by) {
        return new Builder(this).falseAlarm(by).build();
    }

    /** A change of several parts at once. */
    static final class Builder {
        private final Incident before;
        private @Nullable Shown shown;
        private List<Instant> turns;
        private boolean firing;
        private Instant since;
        private @Nullable Instant heardAt;
        private boolean settled;
        private boolean flapping;
        private @Nullable Instant escalatedAt;
        private @Nullable Ack ack;
        private @Nullable String falseAlarm;

        Builder(Incident before) {
            this.before = before;
            this.shown = before.shown;
            this.turns = before.turns;
            this.firing = before.firing;
            this.since = before.since;
            this.heardAt = before.heardAt;
            this.settled = before.settled;
            this.flapping = before.flapping;
            this.escalatedAt = before.escalatedAt;
            this.ack = before.ack;
            this.falseAlarm = before.falseAlarm;
        }

        Builder turned(boolean fires, Instant at) {
            List<Instant> all = new ArrayList<>(turns);
            all.add(at);
            turns = all.subList(Math.max(0, all.size() - MOST_TURNS), all.size());
            firing = fires;
            since = at;
            return this;
        }

        Builder shown(Shown now) {
            shown = now;
            return this;
        }

        Builder heardAt(Instant at) {
            heardAt = at;
            return this;
        }

        Builder settled(boolean is) {
            settled = is;
            return this;
        }

        Builder flapping(boolean is) {
            flapping = is;
            return this;
        }

        Builder escalatedAt(@Nullable Instant at) {
            escalatedAt = at;
            return this;
        }

        Builder ack(@Nullable Ack taken) {
            ack = taken;
            return this;
        }

        Builder falseAlarm(@Nullable String by) {
            falseAlarm = by;
            return this;
        }

        Incident build() {
            return new Incident(
                    before.id,
                    before.group,
                    before.openedAt,
                    shown,
                    turns,
                    firing,
                    since,
                    heardAt,
                    settled,
                    flapping,
                    escalatedAt,
                    ack,
                    falseAlarm);
        }
    }
}
