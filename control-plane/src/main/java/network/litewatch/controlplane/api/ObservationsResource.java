package network.litewatch.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import org.jspecify.annotations.Nullable;

/** What was seen, out of Elasticsearch, newest first. */
@Path("/api/v1/observations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class ObservationsResource {
    private static final List<Labels> LABELS = List.of(
            TargetsResource.KINDS,
            Labels.of("outcome", Arrays.stream(Outcome.Kind.values()).map(Outcome.Kind::label)),
            Labels.of("reason", Arrays.stream(Reason.values()).map(Reason::label)));
    private static final Set<String> TERMS =
            Set.of("network", "target", "probe", "kind", "outcome", "reason", "vantage");

    private final DocumentPages pages;

    public ObservationsResource(DocumentPages pages) {
        this.pages = pages;
    }

    @GET
    @QueryNames({"network", "target", "probe", "kind", "outcome", "reason", "vantage"})
    public Page<JsonNode> list(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context UriInfo uri) {
        Map<String, String> terms = DocumentPages.terms(uri, TERMS);
        LABELS.forEach(labels -> labels.require(terms.get(labels.name())));
        return pages.page(new ObservationSearch.Query(
                terms, Times.instant("from", from), Times.instant("to", to), Page.limit(limit), cursor));
    }
}
