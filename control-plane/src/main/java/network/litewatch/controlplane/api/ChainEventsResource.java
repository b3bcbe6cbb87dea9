package network.litewatch.controlplane.api;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private final ObservationsResource.Searcher searcher;

    public ChainEventsResource(ObservationsResource.Searcher searcher) {
        this.searcher = searcher;
    }

    @GET
    @QueryNames({"network", "contract", "event", "state", "session_id", "task_id", "transaction"})
    public Page<JsonNode> list(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context UriInfo uri) {
        ObservationSearch.Query query = new ObservationSearch.Query(
                terms(uri), Times.instant("from", from), Times.instant("to", to), Page.limit(limit), cursor);
        try {
            ObservationSearch.Page page = searcher.search(query);
            return new Page<>(page.items(), page.next().orElse(null));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("cursor " + e.getMessage());
        } catch (ElasticsearchException e) {
            if (e.status() == 400 && cursor != null) {
                throw ApiError.badRequest("cursor is no cursor of this API; take it from \"next\" of the page before");
            }
            throw away();
        } catch (IOException e) {
            throw away();
        }
    }

    private static WebApplicationException away() {
        return ApiError.unavailable("Elasticsearch cannot be asked now; chain events are kept and can be asked later");
    }

    private static Map<String, String> terms(UriInfo uri) {
        Map<String, String> terms = new TreeMap<>();
        for (String term : TERMS) {
            String value = uri.getQueryParameters().getFirst(term);
            if (value != null) {
                terms.put(term, value);
            }
        }
        STATE.require(terms.get("state"));
        return terms;
    }
}
