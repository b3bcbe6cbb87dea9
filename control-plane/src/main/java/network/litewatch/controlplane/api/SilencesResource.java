package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
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
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Silences in the shape of Alertmanager's API v2, so that amtool and what else speaks it works. */
@Path("/api/v2")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class SilencesResource {
    private final SilenceStore silences;
    private final OperatorActions actions;
    private final InstantSource clock;

    public SilencesResource(SilenceStore silences, OperatorActions actions, InstantSource clock) {
        this.silences = silences;
        this.actions = actions;
        this.clock = clock;
    }

    /** A matcher as it is shown. */
    public record MatcherView(String name, String value, boolean isRegex, boolean isEqual) {
        static MatcherView of(Matcher matcher) {
            return new MatcherView(matcher.name(), matcher.value(), matcher.isRegex(), matcher.isEqual());
        }
    }

    /** A matcher as it is asked for; {@code isEqual} is true when absent. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record AskedMatcher(
            @Nullable String name,
            @Nullable String value,
            boolean isRegex,
            @Nullable Boolean isEqual) {
        Matcher matcher() {
            return new Matcher(required("name", name), required("value", value), isRegex, isEqual == null || isEqual);
        }
    }

    /** Where a silence stands: pending, active or expired. */
    public record StateView(String state) {}

    /** A silence as it is shown. */
    public record View(
            String id,
            StateView status,
            Instant updatedAt,
            List<MatcherView> matchers,
            Instant startsAt,
            Instant endsAt,
            String createdBy,
            String comment) {
        static View of(Silence silence, Instant now) {
            return new View(
                    silence.id().toString(),
                    new StateView(silence.at(now).label()),
                    silence.updatedAt(),
                    silence.matchers().stream().map(MatcherView::of).toList(),
                    silence.startsAt(),
                    silence.endsAt(),
                    silence.createdBy(),
                    silence.comment());
        }
    }

    /** A silence as it is asked for; what else is sent is ignored, as Alertmanager does. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Asked(
            @Nullable String id,
            @Nullable List<AskedMatcher> matchers,
            @Nullable String startsAt,
            @Nullable String endsAt,
            @Nullable String createdBy,
            @Nullable String comment) {}

    /** The id of a silence that was made. */
    public record Made(@JsonProperty("silenceID") String silenceId) {}

    @GET
    @Path("/silences")
    public List<View> list(@QueryParam("filter") @Nullable List<String> filter) {
        List<Matcher> matchers = Filters.parse(filter);
        Instant now = clock.instant();
        try {
            return silences.all().stream()
                    .filter(silence -> matchers.stream()
                            .allMatch(wanted -> silence.matchers().stream()
                                    .anyMatch(m -> m.name().equals(wanted.name())
                                            && wanted.matches(Map.of(m.name(), m.value())))))
                    .sorted(Comparator.comparing((Silence s) -> s.at(now) == Silence.State.EXPIRED)
                            .thenComparing(Silence::endsAt))
                    .map(silence -> View.of(silence, now))
                    .toList();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    @POST
    @Path("/silences")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.OPERATE)
    public Made make(Asked asked, @Context HttpServletRequest request) {
        if (asked == null) {
            throw ApiError.badRequest("the body must be a silence");
        }
        String id = asked.id() == null ? "" : asked.id();
        Optional<UUID> replaces = id.isEmpty() ? Optional.empty() : Optional.of(Actors.id(id, "silence"));
        try {
            OperatorActions.Wish wish = wish(asked);
            if (!wish.endsAt().isAfter(clock.instant())) {
                throw ApiError.badRequest("endsAt must be in the future");
            }
            return actions.silence(replaces, wish, Actors.of(request))
                    .map(silence -> new Made(silence.id().toString()))
                    .orElseThrow(() -> ApiError.notFound("no silence has this id"));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    @GET
    @Path("/silence/{id}")
    public View get(@PathParam("id") String id) {
        try {
            return silences.find(Actors.id(id, "silence"))
                    .map(silence -> View.of(silence, clock.instant()))
                    .orElseThrow(() -> ApiError.notFound("no silence has this id"));
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    @DELETE
    @Path("/silence/{id}")
    @RolesAllowed(Role.OPERATE)
    public Response expire(@PathParam("id") String id, @Context HttpServletRequest request) {
        try {
            return actions.expire(Actors.id(id, "silence"), Actors.of(request))
                    .map(silence -> Response.ok().build())
                    .orElseThrow(() -> ApiError.notFound("no silence has this id"));
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    private static OperatorActions.Wish wish(Asked asked) {
        List<AskedMatcher> matchers = asked.matchers() == null ? List.of() : asked.matchers();
        return new OperatorActions.Wish(
                matchers.stream().map(AskedMatcher::matcher).toList(),
                time("startsAt", asked.startsAt()),
                time("endsAt", asked.endsAt()),
                required("createdBy", asked.createdBy()),
                required("comment", asked.comment()));
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static Instant time(String name, @Nullable String value) {
        try {
            return OffsetDateTime.parse(required(name, value)).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " must be a time such as 2026-11-20T10:00:00Z", e);
        }
    }
}
