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
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.litewatch.controlplane.auth.Role;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import org.jspecify.annotations.Nullable;

/** What was seen, out of Elasticsearch, newest first. */
@Path("/api/v1/observations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.VIEW)
public final class ObservationsResource {
    private static final Set<String> TERMS =
            Set.of("network", "target", "probe", "kind", "outcome", "reason", "vantage");
    private static final Set<String> OTHERS = Set.of("from", "to", "limit", "cursor");

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
    public Page<JsonNode> list(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context UriInfo uri) {
        ObservationSearch.Query query = new ObservationSearch.Query(
                terms(uri), instant("from", from), instant("to", to), Page.limit(limit), cursor);
        try {
            ObservationSearch.Page page = searcher.search(query);
            return new Page<>(page.items(), page.next().orElse(null));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("cursor " + e.getMessage());
        } catch (IOException | co.elastic.clients.elasticsearch._types.ElasticsearchException e) {
            throw ApiError.unavailable(
                    "Elasticsearch cannot be asked now; observations are kept and can be asked later");
        }
    }

    private static Map<String, String> terms(UriInfo uri) {
        Map<String, String> terms = new TreeMap<>();
        uri.getQueryParameters().forEach((name, values) -> {
            if (TERMS.contains(name)) {
                terms.put(name, first(values));
            } else if (!OTHERS.contains(name)) {
                Set<String> known = new TreeSet<>(TERMS);
                known.addAll(OTHERS);
                throw ApiError.badRequest(name + " is no parameter here; there are " + String.join(", ", known));
            }
        });
        return terms;
    }

    private static String first(List<String> values) {
        return values.isEmpty() ? "" : values.get(0);
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ApiError.badRequest(name + " must be an instant in UTC, as 2026-11-20T10:00:00Z");
        }
    }
}
