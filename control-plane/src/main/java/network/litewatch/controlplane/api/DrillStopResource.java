package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.store.DrillSwitch;
import org.jspecify.annotations.Nullable;

/** The kill switch of drills. */
@Path("/api/v1/drills/stop")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class DrillStopResource {
    private static final int REASON = 512;

    private final DrillActions drills;

    public DrillStopResource(DrillActions drills) {
        this.drills = drills;
    }

    /**
     * The kill switch.
     *
     * @param since when it was turned; this and what follows is absent while drills may begin
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StopView(
            boolean stopped,
            @Nullable Instant since,
            @Nullable String by,
            @Nullable String reason) {
        static StopView of(Optional<DrillSwitch.Stop> stop) {
            return stop.map(it -> new StopView(true, it.since(), it.actor(), it.reason()))
                    .orElseGet(() -> new StopView(false, null, null, null));
        }
    }

    /** Whether drills are stopped. */
    @GET
    public StopView stop() {
        return StopView.of(DrillsResource.asked(drills::stop));
    }

    /** The kill switch. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.OPERATE)
    public StopView stopAll(@Nullable Map<String, String> wish, @Context HttpServletRequest request) {
        if (wish == null || !wish.keySet().equals(Set.of("reason"))) {
            throw ApiError.badRequest("must be {\"reason\": \"why no drill may go on\"}");
        }
        String reason = Objects.requireNonNullElse(wish.get("reason"), "").strip();
        if (reason.isEmpty() || reason.length() > REASON) {
            throw ApiError.badRequest("reason must have 1 to " + REASON + " characters");
        }
        return StopView.of(Optional.of(DrillsResource.asked(() -> drills.stopAll(reason, Actors.of(request)))));
    }

    @DELETE
    @RolesAllowed(Role.OPERATE)
    public StopView release(@Context HttpServletRequest request) {
        if (!DrillsResource.asked(() -> drills.release(Actors.of(request)))) {
            throw ApiError.notFound("nothing stops drills");
        }
        return StopView.of(Optional.empty());
    }
}
