package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import network.litewatch.controlplane.auth.Role;
import org.jspecify.annotations.Nullable;

/** Takes alerts of other systems, as their webhooks send them. */
@Path("/api/v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.OPERATE)
public final class WebhooksResource {
    private final ExternalAlertsResource alerts;

    public WebhooksResource(ExternalAlertsResource alerts) {
        this.alerts = alerts;
    }

    /** What Alertmanager's webhook sends. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Webhook(
            @Nullable String version, @Nullable List<ExternalAlertsResource.Sent> alerts) {}

    @POST
    @Path("/alertmanager")
    public Response alertmanager(@Nullable Webhook webhook) {
        if (webhook == null || !"4".equals(webhook.version())) {
            throw ApiError.badRequest("version must be \"4\", as Alertmanager's webhook sends it");
        }
        return alerts.taken(webhook.alerts());
    }
}
