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
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.reputation.Eligibility;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Whether nodes are eligible for rewards, as far as is known, and why. */
@Path("/api/v1/eligibility")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class EligibilityResource {
    private static final Labels ANSWERS =
            Labels.of("answer", Arrays.stream(Eligibility.Answer.values()).map(Eligibility.Answer::label));

    private final Supplier<List<Eligibility>> nodes;

    /** One node. */
    public record EligibilityView(String node, String network, String answer, List<CheckView> checks) {
        static EligibilityView of(Eligibility of) {
            return new EligibilityView(
                    of.node().value(),
                    of.network(),
                    of.answer().label(),
                    of.checks().stream()
                            .map(check ->
                                    new CheckView(check.name(), check.answer().label(), check.why()))
                            .toList());
        }
    }

    /** One condition. */
    public record CheckView(String name, String answer, String why) {}

    /** {@code nodes} may throw what the database throws. */
    public EligibilityResource(Supplier<List<Eligibility>> nodes) {
        this.nodes = nodes;
    }

    @GET
    public Page<EligibilityView> list(
            @QueryParam("network") @Nullable String network,
            @QueryParam("answer") @Nullable String answer,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        ANSWERS.require(answer);
        return Page.of(
                all().stream()
                        .filter(view -> network == null || network.equals(view.network()))
                        .filter(view -> answer == null || answer.equals(view.answer()))
                        .toList(),
                Page.limit(limit),
                cursor);
    }

    @GET
    @Path("/{node}")
    public EligibilityView get(@PathParam("node") String node) {
        return all().stream()
                .filter(view -> view.node().equals(node))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound("no miner has this id; see /api/v1/eligibility"));
    }

    private List<EligibilityView> all() {
        try {
            return nodes.get().stream().map(EligibilityView::of).toList();
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now");
        }
    }
}
