package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.config.Durations;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The rules that alerts live by. */
@Path("/api/v1/rules")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class RulesResource {
    private static final int UNPROCESSABLE = 422;

    private final Supplier<List<Rule>> rules;
    private final Reloads reloads;

    public RulesResource(Supplier<List<Rule>> rules, Reloads reloads) {
        this.rules = rules;
        this.reloads = reloads;
    }

    /**
     * A rule, of one probe.
     *
     * @param expr in CEL over signals
     * @param holdFor {@code for}
     * @param vantages how many must see it; absent where each has an alert of its own
     * @param network the only one that it is for; absent where it is for all but {@code except}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            String alert,
            String group,
            String probe,
            String expr,
            String holdFor,
            String keepFiringFor,
            String noData,
            String runbook,
            Map<String, String> labels,
            @Nullable String vantages,
            @Nullable String network,
            List<String> except) {
        static View of(Rule rule) {
            return new View(
                    rule.alert(),
                    rule.group(),
                    rule.probe().value(),
                    rule.condition().text(),
                    Durations.format(rule.holdFor()),
                    Durations.format(rule.keepFiringFor()),
                    rule.noData().label(),
                    rule.runbook(),
                    new TreeMap<>(rule.labels()),
                    rule.quorum().map(Object::toString).orElse(null),
                    rule.scope().only().map(Object::toString).orElse(null),
                    rule.scope().except().stream()
                            .map(Object::toString)
                            .sorted()
                            .toList());
        }
    }

    /** What a reload changed. */
    public record Reloaded(String said) {}

    @GET
    public Page<View> list(@QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        List<View> views = rules.get().stream()
                .map(View::of)
                .sorted(Comparator.comparing(View::alert)
                        .thenComparing(View::probe)
                        .thenComparing(view -> view.network() == null ? "" : view.network()))
                .toList();
        return Page.of(views, Page.limit(limit), cursor);
    }

    /** Reads networks, rules, their tests, runbooks, SLOs and announced work again. */
    @POST
    @Path("/reload")
    @RolesAllowed(Role.OPERATE)
    public Reloaded reload(@Context HttpServletRequest request) {
        try {
            Reloads.Outcome outcome = reloads.reload(Actors.of(request));
            if (!outcome.problems().isEmpty()) {
                throw ApiError.of(
                        UNPROCESSABLE,
                        "not reloaded, the old files stay in use:\n" + String.join("\n", outcome.problems()));
            }
            return new Reloaded(outcome.said());
        } catch (JdbiException e) {
            throw ApiError.unavailable("the database cannot be asked now, and a reload is written down there first");
        }
    }
}
