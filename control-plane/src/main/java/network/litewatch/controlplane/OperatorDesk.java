package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.api.OperatorActions;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What people do about incidents: each deed and its line in the audit log are one transaction, then whoever sends is woken. */
final class OperatorDesk implements OperatorActions {
    private final Jdbi jdbi;
    private final InstantSource clock;
    private final SilenceStore silences;
    private final IncidentLog incidents;
    private final AuditLog audit;
    private final Runnable done;

    /** {@code done} is called after each deed. */
    OperatorDesk(
            Jdbi jdbi,
            InstantSource clock,
            SilenceStore silences,
            IncidentLog incidents,
            AuditLog audit,
            Runnable done) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.silences = silences;
        this.incidents = incidents;
        this.audit = audit;
        this.done = done;
    }

    @Override
    public Optional<Silence> silence(Optional<UUID> replaces, Wish wish, Actor actor) {
        Instant now = clock.instant();
        Instant from = wish.startsAt().isBefore(now) ? now : wish.startsAt();
        Optional<Silence> made = jdbi.inTransaction(handle -> {
            Optional<Silence> before = replaces.flatMap(id -> silences.find(handle, id));
            if (replaces.isPresent() && before.isEmpty()) {
                return Optional.empty();
            }
            // As Alertmanager has it: what is over, or would mute other alerts, is another silence.
            boolean same = before.filter(b -> b.at(now) != Silence.State.EXPIRED
                            && List.copyOf(b.matchers()).equals(wish.matchers()))
                    .isPresent();
            Silence silence = new Silence(
                    same ? before.get().id() : UUID.randomUUID(),
                    wish.matchers(),
                    same && before.get().at(now) == Silence.State.ACTIVE
                            ? before.get().startsAt()
                            : from,
                    wish.endsAt(),
                    wish.createdBy(),
                    wish.comment(),
                    now);
            if (!same) {
                before.filter(b -> b.at(now) != Silence.State.EXPIRED).ifPresent(b -> expire(handle, b, now, actor));
            }
            silences.save(handle, silence);
            audit.append(
                    handle,
                    actor,
                    same ? "silence.update" : "silence.create",
                    silence.id().toString(),
                    same ? before.get().reason() : "",
                    silence.reason());
            IncidentLog.lookAtAll(handle, now);
            return Optional.of(silence);
        });
        done.run();
        return made;
    }

    @Override
    public Optional<Silence> expire(UUID id, Actor actor) {
        Instant now = clock.instant();
        Optional<Silence> found = jdbi.inTransaction(handle -> {
            Optional<Silence> before = silences.find(handle, id);
            before.filter(silence -> silence.at(now) != Silence.State.EXPIRED)
                    .ifPresent(silence -> expire(handle, silence, now, actor));
            IncidentLog.lookAtAll(handle, now);
            return before;
        });
        done.run();
        return found;
    }

    private void expire(Handle handle, Silence silence, Instant now, Actor actor) {
        silences.save(handle, silence.expired(now));
        audit.append(handle, actor, "silence.expire", silence.id().toString(), silence.reason(), "");
    }

    @Override
    public Optional<Incident> ack(UUID incident, Duration lasts, Actor actor) {
        Instant now = clock.instant();
        return deed(incident, "incident.ack", "for " + lasts, actor, before -> before.acked(actor.name(), now, lasts));
    }

    @Override
    public Optional<Incident> release(UUID incident, Actor actor) {
        return deed(incident, "incident.release", "", actor, Incident::released);
    }

    @Override
    public Optional<Incident> escalate(UUID incident, Actor actor) {
        return deed(incident, "incident.escalate", "", actor, before -> before.escalated(actor.name()));
    }

    @Override
    public Optional<Incident> falseAlarm(UUID incident, Actor actor) {
        return deed(incident, "incident.false_alarm", "", actor, before -> before.falseAlarm(actor.name()));
    }

    private Optional<Incident> deed(UUID id, String action, String after, Actor actor, UnaryOperator<Incident> change) {
        Optional<Incident> changed = jdbi.inTransaction(handle -> {
            Optional<Incident> made = incidents.change(handle, id, change);
            made.ifPresent(incident -> audit.append(
                    handle, actor, action, id.toString(), "", incident.group().failure() + " " + after));
            return made;
        });
        done.run();
        return changed;
    }
}
