package network.litewatch.controlplane.api;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;

/** Pages of documents out of Elasticsearch, and what a caller is told when there are none to have. Thread-safe. */
public final class DocumentPages {
    private final Searcher searcher;
    private final String what;

    /** Asks Elasticsearch. */
    @FunctionalInterface
    public interface Searcher {
        /** As {@link ObservationSearch#search}. */
        ObservationSearch.Page search(ObservationSearch.Query query) throws IOException;
    }

    /** Pages of {@code what}, a plural noun for messages. */
    public DocumentPages(Searcher searcher, String what) {
        this.searcher = searcher;
        this.what = what;
    }

    Page<JsonNode> page(ObservationSearch.Query query) {
        try {
            ObservationSearch.Page page = searcher.search(query);
            return new Page<>(page.items(), page.next().orElse(null));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("cursor " + e.getMessage());
        } catch (ElasticsearchException e) {
            if (e.status() == 400 && query.cursor() != null) {
                throw ApiError.badRequest("cursor is no cursor of this API; take it from \"next\" of the page before");
            }
            throw away();
        } catch (IOException e) {
            throw away();
        }
    }

    /** What the query of {@code uri} says of the fields {@code names}. */
    static Map<String, String> terms(UriInfo uri, Collection<String> names) {
        Map<String, String> terms = new TreeMap<>();
        for (String name : names) {
            String value = uri.getQueryParameters().getFirst(name);
            if (value != null) {
                terms.put(name, value);
            }
        }
        return terms;
    }

    private WebApplicationException away() {
        return ApiError.unavailable("Elasticsearch cannot be asked now; " + what + " are kept and can be asked later");
    }
}
