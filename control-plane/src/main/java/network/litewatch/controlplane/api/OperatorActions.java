package network.litewatch.controlplane.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.store.AuditLog.Actor;

/** What people do about incidents. Every deed is written to the audit log, or is not done. Throws what the database throws. */
public interface OperatorActions {
    /** A silence as somebody asks for it. */
    record Wish(List<Matcher> matchers, Instant startsAt, Instant endsAt, String createdBy, String comment) {}

    /**
     * Makes a silence, in the place of {@code replaces} if that is given; empty when there is no such silence. Throws
     * {@link IllegalArgumentException} that says what is wrong with the wish.
     */
    Optional<Silence> silence(Optional<UUID> replaces, Wish wish, Actor actor);

    /** Ends a silence now; one that has ended stays as it is. Empty when there is no such silence. */
    Optional<Silence> expire(UUID id, Actor actor);

    /** Takes an incident: nobody is reminded of it for {@code lasts}. Empty when no open one has this id. */
    Optional<Incident> ack(UUID incident, Duration lasts, Actor actor);

    /** Gives an incident back. Empty when no open one has this id. */
    Optional<Incident> release(UUID incident, Actor actor);

    /** Has people called for an incident that fires. Empty when no open one has this id. */
    Optional<Incident> escalate(UUID incident, Actor actor);

    /** Says that an incident was none. Empty when no open one has this id. */
    Optional<Incident> falseAlarm(UUID incident, Actor actor);
}
