package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.auth.Role;
import org.jspecify.annotations.Nullable;

/** Work that was announced, during which nothing is said of what it touches. */
@Path("/api/v1/maintenance")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class MaintenanceResource {
    private final Supplier<List<MaintenanceWindow>> windows;
    private final InstantSource clock;

    public MaintenanceResource(Supplier<List<MaintenanceWindow>> windows, InstantSource clock) {
        this.windows = windows;
        this.clock = clock;
    }

    /**
     * A window.
     *
     * @param openUntil absent while it is not open
     * @param opensNext absent while it is open, and when it never opens again
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String name,
            List<String> matchers,
            String reason,
            @Nullable Instant openUntil,
            @Nullable Instant opensNext) {
        static View of(MaintenanceWindow window, Instant now) {
            Instant until = window.openUntil(now).orElse(null);
            return new View(
                    window.name(),
                    window.matchers().stream().map(Matcher::toString).toList(),
                    window.reason(),
                    until,
                    until == null ? window.nextChange(now).orElse(null) : null);
        }
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        Instant now = clock.instant();
        return Page.of(
                windows.get().stream().map(window -> View.of(window, now)).toList(), Page.limit(limit), cursor);
    }
}
