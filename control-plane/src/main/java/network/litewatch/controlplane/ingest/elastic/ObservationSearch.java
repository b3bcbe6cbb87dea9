package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import org.jspecify.annotations.Nullable;

/** Observations back out of Elasticsearch, newest first, page by page. */
public final class ObservationSearch {
    /** Time, target, probe and vantage: what tells observations apart, so that no two share a place in the order. */
    private static final int SORTED_BY = 4;

    private final ElasticsearchClient client;

    public ObservationSearch(ElasticsearchClient client) {
        this.client = client;
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
        List<FieldValue> after = query.cursor() == null ? List.of() : decode(query.cursor());
        SearchResponse<JsonNode> response = client.search(
                s -> {
                    s.index(ObservationDocuments.INDEX_PREFIX + "*")
                            .ignoreUnavailable(true)
                            .allowNoIndices(true)
                            .size(query.limit())
                            .query(q -> q.bool(filters(query)))
                            .sort(o -> o.field(f -> f.field("@timestamp").order(SortOrder.Desc)))
                            .sort(o -> o.field(f -> f.field("cortensor.target").order(SortOrder.Asc)))
                            .sort(o -> o.field(f -> f.field("cortensor.probe").order(SortOrder.Asc)))
                            .sort(o -> o.field(f -> f.field("cortensor.vantage").order(SortOrder.Asc)));
                    if (!after.isEmpty()) {
                        s.searchAfter(after);
                    }
                    return s;
                },
                JsonNode.class);
        List<JsonNode> items = new ArrayList<>();
        List<FieldValue> last = List.of();
        for (Hit<JsonNode> hit : response.hits().hits()) {
            if (hit.source() != null) {
                items.add(hit.source());
                last = hit.sort();
            }
        }
        return new Page(items, items.size() < query.limit() ? Optional.empty() : Optional.of(encode(last)));
    }

    private static BoolQuery filters(Query query) {
        BoolQuery.Builder bool = new BoolQuery.Builder();
        query.terms()
                .forEach((field, value) -> bool.filter(
                        f -> f.term(t -> t.field("cortensor." + field).value(value))));
        if (query.from() != null || query.to() != null) {
            bool.filter(f -> f.range(r -> r.date(d -> {
                d.field("@timestamp");
                if (query.from() != null) {
                    d.gte(query.from().toString());
                }
                if (query.to() != null) {
                    d.lt(query.to().toString());
                }
                return d;
            })));
        }
        return bool.build();
    }

    private static String encode(List<FieldValue> sort) {
        String joined = String.join(
                "\n",
                sort.stream()
                        .map(v -> v.isLong() ? "l" + v.longValue() : "s" + v.stringValue())
                        .toList());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(joined.getBytes(StandardCharsets.UTF_8));
    }

    private static List<FieldValue> decode(String cursor) {
        try {
            String joined = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            List<FieldValue> values = new ArrayList<>();
            for (String part : Splitter.on((char) 10).split(joined)) {
                values.add(
                        values.isEmpty()
                                ? FieldValue.of(Long.parseLong(after("l", part)))
                                : FieldValue.of(after("s", part)));
            }
            if (values.size() != SORTED_BY) {
                throw new IllegalArgumentException();
            }
            return values;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no cursor of this API; take it from \"next\" of the page before", e);
        }
    }

    private static String after(String type, String part) {
        if (!part.startsWith(type)) {
            throw new IllegalArgumentException();
        }
        return part.substring(1);
    }
}
