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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import org.jspecify.annotations.Nullable;

/** What the contracts said, out of Elasticsearch, newest block first; events that a reorg took back are there twice. */
@Path("/api/v1/chain-events")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class ChainEventsResource {
    private static final Labels STATE = Labels.of("state", Stream.of("added", "removed"));
    private static final List<String> TERMS =
            List.of("network", "contract", "event", "state", "session_id", "task_id", "transaction");

    private final DocumentPages pages;

    public ChainEventsResource(DocumentPages pages) {
        this.pages = pages;
    }

    @GET
    @QueryNames({"network", "contract", "event", "state", "session_id", "task_id", "transaction"})
    public Page<JsonNode> list(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context UriInfo uri) {
        Map<String, String> terms = DocumentPages.terms(uri, TERMS);
        STATE.require(terms.get("state"));
        return pages.page(new ObservationSearch.Query(
                terms, Times.instant("from", from), Times.instant("to", to), Page.limit(limit), cursor));
    }
}
