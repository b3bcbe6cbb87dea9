package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.incident.ExternalAlert;
import network.litewatch.controlplane.auth.Role;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Takes alerts of other systems, as Prometheus sends them to Alertmanager. */
@Path("/api/v2")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.OPERATE)
public final class ExternalAlertsResource {
    /** Alerts in one request; Prometheus sends 256. */
    static final int MOST = 2_000;

    /** As long as Alertmanager's {@code resolve_timeout} is unless it is set. */
    static final Duration RESOLVE_TIMEOUT = Duration.ofMinutes(5);

    private final AlertIntake intake;
    private final InstantSource clock;

    public ExternalAlertsResource(AlertIntake intake, InstantSource clock) {
        this.intake = intake;
        this.clock = clock;
    }

    /** An alert as it is sent; times are RFC 3339, absent or of year 1 when not known. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Sent(
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            @Nullable String startsAt,
            @Nullable String endsAt,
            @Nullable String status) {}

    @POST
    @Path("/alerts")
    public Response take(@Nullable List<Sent> sent) {
        return taken(sent);
    }

    Response taken(@Nullable List<Sent> sent) {
        if (sent == null) {
            throw ApiError.badRequest("the body must be a list of alerts");
        }
        if (sent.size() > MOST) {
            throw ApiError.of(413, "a request may have at most " + MOST + " alerts");
        }
        Instant now = clock.instant();
        List<ExternalAlert> alerts = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            try {
                alerts.add(alert(sent.get(i), now));
            } catch (IllegalArgumentException e) {
                throw ApiError.badRequest("alert " + (i + 1) + " of " + sent.size() + ": " + e.getMessage());
            }
        }
        try {
            intake.take(alerts);
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
        return Response.ok().build();
    }

    private static ExternalAlert alert(@Nullable Sent sent, Instant now) {
        if (sent == null || sent.labels() == null) {
            throw new IllegalArgumentException("labels are missing");
        }
        Instant ends = time("endsAt", sent.endsAt(), now.plus(RESOLVE_TIMEOUT));
        if ("firing".equals(sent.status()) && !ends.isAfter(now)) {
            ends = now.plus(RESOLVE_TIMEOUT);
        } else if ("resolved".equals(sent.status()) && ends.isAfter(now)) {
            ends = now;
        }
        Instant latest = ends.isBefore(now) ? ends : now;
        Instant starts = time("startsAt", sent.startsAt(), latest);
        if (starts.isAfter(now)) {
            // A sender whose clock is ahead: what is here has begun.
            starts = latest;
        }
        return new ExternalAlert(
                sent.labels(), sent.annotations() == null ? Map.of() : sent.annotations(), starts, ends);
    }

    private static Instant time(String name, @Nullable String text, Instant otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            Instant at = OffsetDateTime.parse(text).toInstant();
            // Go's zero time: not known.
            return at.getEpochSecond() <= 0 ? otherwise : at;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " must be a time such as 2026-11-20T10:00:00Z", e);
        }
    }
}
