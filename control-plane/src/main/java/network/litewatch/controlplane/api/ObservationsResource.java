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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private final Searcher searcher;

    /** Asks Elasticsearch. */
    @FunctionalInterface
    public interface Searcher {
        ObservationSearch.Page search(ObservationSearch.Query query) throws IOException;
    }

    public ObservationsResource(Searcher searcher) {
        this.searcher = searcher;
    }

    @GET
    @QueryNames({"network", "target", "probe", "kind", "outcome", "reason", "vantage"})
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
        return ApiError.unavailable("Elasticsearch cannot be asked now; observations are kept and can be asked later");
    }

    private static Map<String, String> terms(UriInfo uri) {
        Map<String, String> terms = new TreeMap<>();
        for (String term : TERMS) {
            String value = uri.getQueryParameters().getFirst(term);
            if (value != null) {
                terms.put(term, value);
            }
        }
        LABELS.forEach(labels -> labels.require(terms.get(labels.name())));
        return terms;
    }
}
