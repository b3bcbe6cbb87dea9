package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.aggregations.Aggregate;
import co.elastic.clients.elasticsearch._types.aggregations.CompositeAggregate;
import co.elastic.clients.elasticsearch._types.aggregations.CompositeAggregationSource;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.noise.Fired;
import org.jspecify.annotations.Nullable;

/** How often alerts fired, counted in their history. Thread-safe. */
public final class FiringSearch {
    private static final String COUNTED = "fired";
    private static final int AT_ONCE = 1_000;

    private record Place(String alert, String network, String target) {}

    private final ElasticsearchClient client;
    private final String index;

    public FiringSearch(ElasticsearchClient client) {
        this(client, Templates.ALERTS_PREFIX + "*");
    }

    /** Counts in the indices of that pattern, of which there may be none. */
    public FiringSearch(ElasticsearchClient client, String index) {
        this.client = client;
        this.index = index;
    }

    /**
     * Of every alert and target, how often it fired since {@code from}; drills do not count. What several vantages or probes saw is counted
     * where it fired most: people are told of it once. Blocks; throws when it cannot ask.
     */
    public List<Fired> since(Instant from) throws IOException {
        Map<Place, Long> most = new LinkedHashMap<>();
        Map<String, FieldValue> after = Map.of();
        do {
            CompositeAggregate page = page(from, after);
            if (page == null) {
                // Without an index, as before the first alert, Elasticsearch counts nothing at all.
                break;
            }
            page.buckets()
                    .array()
                    .forEach(bucket -> most.merge(
                            new Place(
                                    text(bucket.key(), "alert"),
                                    text(bucket.key(), "network"),
                                    text(bucket.key(), "target")),
                            bucket.docCount(),
                            Math::max));
            after = page.afterKey();
        } while (!after.isEmpty());
        return most.entrySet().stream()
                .map(entry -> new Fired(
                        entry.getKey().alert(),
                        entry.getKey().network(),
                        entry.getKey().target(),
                        entry.getValue()))
                .toList();
    }

    private @Nullable CompositeAggregate page(Instant from, Map<String, FieldValue> after) throws IOException {
        SearchResponse<Void> response = client.search(
                s -> s.index(index)
                        .ignoreUnavailable(true)
                        .allowNoIndices(true)
                        .size(0)
                        .query(q -> q.bool(b -> b.filter(
                                        f -> f.term(t -> t.field("event.action").value("fired")))
                                .filter(f -> f.range(
                                        r -> r.date(d -> d.field("@timestamp").gte(from.toString()))))
                                .mustNot(n -> n.exists(e -> e.field("labels." + GroupKey.DRILL)))))
                        .aggregations(
                                COUNTED,
                                a -> a.composite(c -> {
                                    c.size(AT_ONCE)
                                            .sources(List.of(
                                                    source("alert", "rule.name"),
                                                    source("network", "cortensor.network"),
                                                    source("target", "cortensor.target"),
                                                    source("fingerprint", "cortensor.fingerprint")));
                                    return after.isEmpty() ? c : c.after(after);
                                })),
                Void.class);
        Aggregate counted = response.aggregations().get(COUNTED);
        return counted == null ? null : counted.composite();
    }

    private static Map<String, CompositeAggregationSource> source(String name, String field) {
        return Map.of(name, CompositeAggregationSource.of(s -> s.terms(t -> t.field(field))));
    }

    private static String text(Map<String, FieldValue> key, String name) {
        FieldValue value = key.get(name);
        return value == null ? "" : value.stringValue();
    }
}
