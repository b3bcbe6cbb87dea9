package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.SortOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import org.jspecify.annotations.Nullable;

/** Observations back out of Elasticsearch, newest first, page by page. */
public final class ObservationSearch {
    private final NewestFirst search;

    public ObservationSearch(ElasticsearchClient client) {
        // Time, target, probe and vantage: what tells observations apart, so that no two share a place in the order.
        Map<String, SortOrder> order = new LinkedHashMap<>();
        List.of("target", "probe", "vantage").forEach(field -> order.put("cortensor." + field, SortOrder.Asc));
        this.search = new NewestFirst(client, ObservationDocuments.INDEX_PREFIX + "*", order);
    }

    /**
     * What to look for.
     *
     * @param terms values of fields below {@code cortensor}, such as target or outcome
     * @param limit 1 to 500
     * @param cursor where the page before ended; null for the first page
     */
    public record Query(
            Map<String, String> terms,
            @Nullable Instant from,
            @Nullable Instant to,
            int limit,
            @Nullable String cursor) {}

    /** Sources of the documents, and the cursor of the next page when there may be one. */
    public record Page(List<JsonNode> items, Optional<String> next) {}

    /** Throws {@link IllegalArgumentException} for a cursor that is none of ours, {@link IOException} when it cannot ask. */
    public Page search(Query query) throws IOException {
        return search.search(query);
    }
}
