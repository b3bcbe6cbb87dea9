package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.miner.CanaryKind;
import org.jspecify.annotations.Nullable;

/** What canaries cost, against what they may: of the networks whose canaries are sampled. */
@Path("/api/v1/canaries/spend")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class CanarySpendResource {
    private final Supplier<List<Network>> networks;
    private final CanaryBudget budget;
    private final InstantSource clock;

    /** One network. */
    public record View(String network, Window hour, Window day) {}

    /**
     * What was spent up to now, the reserved included.
     *
     * @param canaries sent, by kind
     * @param refused not sent because of the budget, by kind
     */
    public record Window(
            Map<String, Long> canaries,
            Map<String, Long> refused,
            Amount<Long> tokens,
            Amount<Double> gpuSeconds,
            Amount<Double> fees) {}

    /** {@code cap} is null where there is none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Amount<T>(T spent, @Nullable T cap) {}

    public CanarySpendResource(Supplier<List<Network>> networks, CanaryBudget budget, InstantSource clock) {
        this.networks = networks;
        this.budget = budget;
        this.clock = clock;
    }

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        List<View> views = networks.get().stream()
                .flatMap(network -> network.minerCanaries().policy().stream()
                        .map(policy -> new View(
                                network.id().value(),
                                window(network.id(), Duration.ofHours(1), policy.hour()),
                                window(network.id(), Duration.ofDays(1), policy.day()))))
                .sorted(Comparator.comparing(View::network))
                .toList();
        return Page.of(views, Page.limit(limit), cursor);
    }

    private Window window(NetworkId network, Duration length, CanaryPolicy.Budget cap) {
        Map<String, Long> canaries = new TreeMap<>();
        Map<String, Long> refused = new TreeMap<>();
        long tokens = 0;
        double gpuSeconds = 0;
        double fees = 0;
        for (Map.Entry<CanaryKind, CanaryBudget.Spent> kind :
                budget.spent(network, clock.instant().minus(length)).entrySet()) {
            CanaryBudget.Spent spent = kind.getValue();
            canaries.put(kind.getKey().label(), spent.canaries());
            refused.put(kind.getKey().label(), spent.refused());
            tokens += spent.cost().tokens();
            gpuSeconds += spent.cost().gpuSeconds();
            fees += spent.cost().fees().doubleValue();
        }
        return new Window(
                canaries,
                refused,
                new Amount<>(tokens, cap.tokens()),
                new Amount<>(gpuSeconds, Double.isInfinite(cap.gpuSeconds()) ? null : cap.gpuSeconds()),
                new Amount<>(fees, cap.fees().doubleValue()));
    }
}
