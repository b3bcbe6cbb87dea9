package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.IncidentView;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The current or latest life of each alert, latest change first. */
@Path("/api/v1/alerts")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class AlertsResource {
    private static final Labels STATES =
            Labels.of("state", Arrays.stream(Alert.State.values()).map(Alert.State::label));

    private final AlertStore alerts;
    private final IncidentLog incidents;

    public AlertsResource(AlertStore alerts, IncidentLog incidents) {
        this.alerts = alerts;
        this.incidents = incidents;
    }

    /**
     * Why something is said of an alert, or is not.
     *
     * @param incident id of its incident; absent when it has none that is open
     * @param steps what was looked at and what follows, in order
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Explained(
            String fingerprint, String state, @Nullable String incident, List<String> steps) {}

    @GET
    public Page<Alert> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("network") @Nullable String network,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        STATES.require(state);
        int size = Page.limit(limit);
        int offset = Page.offset(cursor);
        try {
            List<Alert> rows = alerts.list(state, network, size + 1, offset);
            boolean more = rows.size() > size;
            return new Page<>(more ? rows.subList(0, size) : rows, more ? Integer.toString(offset + size) : null);
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    @GET
    @Path("/{fingerprint}")
    public Alert get(@PathParam("fingerprint") String fingerprint) {
        try {
            return alerts.find(fingerprint)
                    .orElseThrow(() -> ApiError.notFound("no alert has this fingerprint; see /api/v1/alerts"));
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }

    @GET
    @Path("/{fingerprint}/explain")
    public Explained explain(@PathParam("fingerprint") String fingerprint) {
        Alert alert = get(fingerprint);
        List<String> steps = new ArrayList<>();
        steps.add("the rule " + alert.rule() + " at " + alert.evaluatedAt() + ": " + String.join("; ", alert.now()));
        if (!alert.reason().isEmpty()) {
            steps.add("it was last met at " + alert.breachedAt() + ": " + String.join("; ", alert.reason()));
        }
        try {
            Optional<IncidentView> open = incidents.open(GroupKey.of(alert));
            if (alert.state() == Alert.State.PENDING) {
                steps.add("it is pending since " + alert.startsAt() + ": it has not held for as long as the rule asks");
            } else if (open.isEmpty()) {
                steps.add("its incident is closed");
            }
            open.flatMap(view -> incidents.explain(view.incident().id()))
                    .ifPresent(decision -> steps.addAll(decision.steps()));
            return new Explained(
                    fingerprint,
                    alert.state().label(),
                    open.map(view -> view.incident().id().toString()).orElse(null),
                    steps);
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
