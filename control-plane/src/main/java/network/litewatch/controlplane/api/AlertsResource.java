package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.auth.Role;
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

    public AlertsResource(AlertStore alerts) {
        this.alerts = alerts;
    }

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
}
