package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** From where is asked, and when each agent was last heard. */
@Path("/api/v1/vantages")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class VantagesResource {
    private final Supplier<List<View>> vantages;

    /**
     * An agent.
     *
     * @param plans questions that it runs
     * @param heardAt when it was last heard; absent before
     * @param backlog observations on its disk that are not here yet, as it says
     * @param oldestSeconds age of the oldest of them when it said so
     * @param dropped observations that it could not keep, as it says
     * @param clockSkewSeconds its clock less ours, when it was last heard
     */
    public record View(
            String name,
            long plans,
            @Nullable Instant heardAt,
            long backlog,
            double oldestSeconds,
            long dropped,
            double clockSkewSeconds) {}

    public VantagesResource(Supplier<List<View>> vantages) {
        this.vantages = vantages;
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        int size = Page.limit(limit);
        int offset = Page.offset(cursor);
        try {
            return Page.of(vantages.get(), size, Integer.toString(offset));
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
