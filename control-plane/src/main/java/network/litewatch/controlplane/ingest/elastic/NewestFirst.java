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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Documents of one kind back out of Elasticsearch, newest first, page by page.
 *
 * @param index pattern of the indices
 * @param order fields that, after the time, give each document a place of its own, with their direction
 */
record NewestFirst(ElasticsearchClient client, String index, Map<String, SortOrder> order) {
    NewestFirst {
        order = Collections.unmodifiableMap(new LinkedHashMap<>(order));
    }

    /** Throws {@link IllegalArgumentException} for a cursor that is none of ours, {@link IOException} when it cannot ask. */
    ObservationSearch.Page search(ObservationSearch.Query query) throws IOException {
        List<FieldValue> after = query.cursor() == null ? List.of() : decode(query.cursor());
        SearchResponse<JsonNode> response = client.search(
                s -> {
                    s.index(index)
                            .ignoreUnavailable(true)
                            .allowNoIndices(true)
                            .size(query.limit())
                            .query(q -> q.bool(filters(query)))
                            .sort(o -> o.field(f -> f.field("@timestamp").order(SortOrder.Desc)));
                    order.forEach((field, direction) ->
                            s.sort(o -> o.field(f -> f.field(field).order(direction))));
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
        return new ObservationSearch.Page(
                items, items.size() < query.limit() ? Optional.empty() : Optional.of(encode(last)));
    }

    private static BoolQuery filters(ObservationSearch.Query query) {
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

    private List<FieldValue> decode(String cursor) {
        try {
            String joined = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            List<FieldValue> values = new ArrayList<>();
            for (String part : Splitter.on((char) 10).split(joined)) {
                values.add(
                        values.isEmpty()
                                ? FieldValue.of(Long.parseLong(after("l", part)))
                                : FieldValue.of(after("s", part)));
            }
            if (values.size() != 1 + order.size()) {
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
