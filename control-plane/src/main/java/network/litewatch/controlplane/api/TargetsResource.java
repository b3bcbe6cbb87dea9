package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.probe.TargetKind;
import org.jspecify.annotations.Nullable;

/** What is watched, and how it stands. */
@Path("/api/v1/targets")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class TargetsResource {
    static final Labels KINDS =
            Labels.of("kind", Arrays.stream(TargetKind.values()).map(TargetKind::label));

    private final Supplier<List<View>> targets;

    /**
     * One target.
     *
     * @param host where it is asked; the rest of its URL may be a secret
     * @param probes latest judgement by probe; empty before the first run
     */
    public record View(
            String id,
            String kind,
            String network,
            String host,
            Map<String, String> labels,
            Map<String, ProbeView> probes) {}

    /** The latest judgement of one probe. */
    public record ProbeView(Instant at, String outcome, String reason, String detail, Map<String, Double> signals) {}

    public TargetsResource(Supplier<List<View>> targets) {
        this.targets = targets;
    }

    @GET
    public Page<View> list(
            @QueryParam("network") @Nullable String network,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        KINDS.require(kind);
        List<View> matching = targets.get().stream()
                .filter(t -> network == null || network.equals(t.network()))
                .filter(t -> kind == null || kind.equals(t.kind()))
                .toList();
        return Page.of(matching, Page.limit(limit), cursor);
    }

    @GET
    @Path("/{id}")
    public View get(@PathParam("id") String id) {
        return targets.get().stream()
                .filter(t -> t.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound("no target has this id; see /api/v1/targets"));
    }
}
