package network.litewatch.controlplane.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.network.Network;
import org.jspecify.annotations.Nullable;

/** The networks that are watched. */
@Path("/api/v1/networks")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class NetworksResource {
    private final Supplier<List<Network>> networks;

    /** One network; {@code targets} counts by kind. */
    public record View(
            String id,
            String title,
            long chainId,
            double blockTimeSeconds,
            Map<String, String> contracts,
            Map<String, Long> targets) {}

    public NetworksResource(Supplier<List<Network>> networks) {
        this.networks = networks;
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        List<View> views = networks.get().stream()
                .map(NetworksResource::view)
                .sorted(Comparator.comparing(View::id))
                .toList();
        return Page.of(views, Page.limit(limit), cursor);
    }

    private static View view(Network network) {
        return new View(
                network.id().value(),
                network.title(),
                network.chainId(),
                network.blockTime().toMillis() / 1000.0,
                network.contracts(),
                network.targets().stream()
                        .collect(Collectors.groupingBy(t -> t.kind().label(), TreeMap::new, Collectors.counting())));
    }
}
