package network.litewatch.controlplane.api;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookPage;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** What people open in a browser: runbooks, the API's description, and the way there. */
@Path("/")
@RolesAllowed(Role.VIEW)
public final class PagesResource {
    private final Supplier<Map<String, Runbook>> runbooks;
    private final Function<Runbook, List<RunbookPage.Live>> live;
    private final Function<Runbook, List<RunbookPage.Rehearsal>> drills;
    private final String grafana;

    /** Shows {@code runbooks}; {@code live} gives the alerts that link to one now, for readers who may see alerts. */
    public PagesResource(Supplier<Map<String, Runbook>> runbooks, Function<Runbook, List<RunbookPage.Live>> live) {
        this(runbooks, live, runbook -> List.of(), "");
    }

    /** As above, with the {@code drills} of each, and links to {@code grafana}, its base URL, or "" where there is none. */
    public PagesResource(
            Supplier<Map<String, Runbook>> runbooks,
            Function<Runbook, List<RunbookPage.Live>> live,
            Function<Runbook, List<RunbookPage.Rehearsal>> drills,
            String grafana) {
        this.runbooks = runbooks;
        this.live = live;
        this.drills = drills;
        this.grafana = grafana;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, String> root() {
        return Map.of(
                "targets", "/api/v1/targets",
                "observations", "/api/v1/observations",
                "chainEvents", "/api/v1/chain-events",
                "alerts", "/api/v1/alerts",
                "networks", "/api/v1/networks",
                "reputation", "/api/v1/reputation",
                "eligibility", "/api/v1/eligibility",
                "openapi", "/openapi.yaml",
                "runbooks", "/runbooks",
                "health", "/health-check?type=ready");
    }

    @GET
    @Path("openapi.yaml")
    @Produces("application/yaml")
    public byte[] openApi() throws IOException {
        try (InputStream in = Objects.requireNonNull(PagesResource.class.getResourceAsStream("/openapi.yaml"))) {
            return in.readAllBytes();
        }
    }

    @GET
    @PermitAll
    @Path("runbooks")
    @Produces(MediaType.TEXT_HTML + ";charset=utf-8")
    public Response index() {
        return answer(Response.ok(RunbookPage.index(runbooks.get().values(), "")));
    }

    /** What the pages' buttons do; it holds nothing of anybody. */
    @GET
    @PermitAll
    @Path(RunbookPage.SCRIPT)
    @Produces("text/javascript;charset=utf-8")
    public String script() {
        return RunbookPage.script();
    }

    @GET
    @PermitAll
    @Path("runbooks/{id}")
    @Produces(MediaType.TEXT_HTML + ";charset=utf-8")
    public Response runbook(
            @PathParam("id") String id, @QueryParam("alert") @Nullable String alert, @Context SecurityContext reader) {
        Runbook runbook = runbooks.get().get(id);
        if (runbook == null) {
            return answer(Response.status(404)
                    .entity(RunbookPage.index(
                            runbooks.get().values(), "There is no runbook of that name. There are these:")));
        }
        return answer(Response.ok(page(runbook, alert == null ? "" : alert, reader)));
    }

    private static Response answer(Response.ResponseBuilder page) {
        return page.header("Content-Security-Policy", RunbookPage.POLICY).build();
    }

    /** A runbook is needed most when something is down, so it is shown without its alerts rather than not at all. */
    private String page(Runbook runbook, String alert, SecurityContext reader) {
        if (!reader.isUserInRole(Role.VIEW)) {
            return RunbookPage.withoutAlerts(
                    runbook, "Which alerts link here now is told with a token only: /api/v1/alerts", grafana);
        }
        try {
            return RunbookPage.of(runbook, live.apply(runbook), drills.apply(runbook), alert, grafana);
        } catch (JdbiException e) {
            return RunbookPage.withoutAlerts(
                    runbook, "Which alerts link here now is not known: the database cannot be asked.", grafana);
        }
    }
}
