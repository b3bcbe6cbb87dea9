package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.incident.Decision;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.IncidentView;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Incidents, why they are told as they are, and what people do about them. */
@Path("/api/v1/incidents")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class IncidentsResource {
    private static final Duration LEAST = Duration.ofMinutes(5);
    private static final Duration MOST = Duration.ofDays(1);
    private static final Duration USUAL = Duration.ofHours(4);
    private static final Labels STATES = Labels.of("state", List.of("open", "closed").stream());

    private final IncidentLog incidents;
    private final OperatorActions actions;

    public IncidentsResource(IncidentLog incidents, OperatorActions actions) {
        this.incidents = incidents;
        this.actions = actions;
    }

    /** Somebody has taken it. */
    public record Taken(String by, Instant at, Instant until) {}

    /**
     * An incident.
     *
     * @param state firing, flapping, resolved (may still come back) or closed
     * @param told whether its message is out, or the digest that says what it is to say of it
     * @param trouble of the latest try to send; absent when there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String id,
            String service,
            String network,
            String failure,
            String state,
            String severity,
            Instant openedAt,
            Instant since,
            @Nullable Instant closedAt,
            boolean told,
            @Nullable Taken taken,
            @Nullable String falseAlarm,
            @Nullable String trouble) {
        static View of(IncidentView of) {
            Incident incident = of.incident();
            Incident.Ack ack = incident.ack();
            Incident.Shown shown = incident.shown();
            return new View(
                    incident.id().toString(),
                    incident.group().service(),
                    incident.group().network(),
                    incident.group().failure(),
                    of.closedAt().isPresent()
                            ? "closed"
                            : incident.flapping() ? "flapping" : incident.firing() ? "firing" : "resolved",
                    shown == null ? "" : shown.severity(),
                    incident.openedAt(),
                    incident.since(),
                    of.closedAt().orElse(null),
                    of.told(),
                    ack == null ? null : new Taken(ack.by(), ack.at(), ack.until()),
                    incident.falseAlarm(),
                    of.trouble().orElse(null));
        }
    }

    /**
     * Why it is told as it is.
     *
     * @param steps what was looked at and what follows, in order
     * @param next when it is looked at again if nothing happens
     */
    public record Explained(View incident, List<String> steps, Instant next) {}

    @GET
    public Page<View> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        STATES.require(state);
        int size = Page.limit(limit);
        int offset = Page.offset(cursor);
        List<View> rows = asked(() -> incidents.list(!"closed".equals(state), size + 1, offset)).stream()
                .map(View::of)
                .toList();
        boolean more = rows.size() > size;
        return new Page<>(more ? rows.subList(0, size) : rows, more ? Integer.toString(offset + size) : null);
    }

    @GET
    @Path("/{id}")
    public View get(@PathParam("id") String id) {
        return View.of(found(Actors.id(id, "incident")));
    }

    @GET
    @Path("/{id}/explain")
    public Explained explain(@PathParam("id") String id) {
        UUID incident = Actors.id(id, "incident");
        View view = View.of(found(incident));
        Optional<Decision> decision = asked(() -> incidents.explain(incident));
        return decision.map(d -> new Explained(view, d.steps(), d.lookAgain()))
                .orElseGet(() -> new Explained(
                        view,
                        List.of("it is closed: nothing more is said of it"),
                        view.closedAt() == null ? view.since() : view.closedAt()));
    }

    @POST
    @Path("/{id}/ack")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.OPERATE)
    public View ack(
            @PathParam("id") String id, @Nullable Map<String, String> taking, @Context HttpServletRequest request) {
        Duration lasts = lasts(taking);
        return after(Actors.id(id, "incident"), i -> actions.ack(i, lasts, Actors.of(request)));
    }

    @DELETE
    @Path("/{id}/ack")
    @RolesAllowed(Role.OPERATE)
    public View release(@PathParam("id") String id, @Context HttpServletRequest request) {
        return after(Actors.id(id, "incident"), i -> actions.release(i, Actors.of(request)));
    }

    @POST
    @Path("/{id}/escalate")
    @RolesAllowed(Role.OPERATE)
    public View escalate(@PathParam("id") String id, @Context HttpServletRequest request) {
        return after(Actors.id(id, "incident"), i -> actions.escalate(i, Actors.of(request)));
    }

    @POST
    @Path("/{id}/false-alarm")
    @RolesAllowed(Role.OPERATE)
    public View falseAlarm(@PathParam("id") String id, @Context HttpServletRequest request) {
        return after(Actors.id(id, "incident"), i -> actions.falseAlarm(i, Actors.of(request)));
    }

    private View after(UUID id, java.util.function.Function<UUID, Optional<Incident>> deed) {
        if (asked(() -> deed.apply(id)).isEmpty()) {
            throw ApiError.notFound("no open incident has this id; see /api/v1/incidents");
        }
        return View.of(found(id));
    }

    private IncidentView found(UUID id) {
        return asked(() -> incidents.find(id))
                .orElseThrow(() -> ApiError.notFound("no incident has this id; see /api/v1/incidents"));
    }

    /** How long an incident is taken for; what is sent may say {@code lasts} and nothing else. */
    private static Duration lasts(@Nullable Map<String, String> taking) {
        if (taking != null && !Set.of("lasts").containsAll(taking.keySet())) {
            throw ApiError.badRequest("an ack has nothing but lasts, as {\"lasts\": \"2h\"}");
        }
        String text = taking == null ? null : taking.get("lasts");
        if (text == null) {
            return USUAL;
        }
        try {
            Duration lasts = Durations.parse(text);
            if (lasts.compareTo(LEAST) < 0 || lasts.compareTo(MOST) > 0) {
                throw ApiError.badRequest("lasts must be from 5m to 1d");
            }
            return lasts;
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("lasts " + e.getMessage());
        }
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
