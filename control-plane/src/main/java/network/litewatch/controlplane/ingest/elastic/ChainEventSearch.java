package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.SortOrder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Chain events back out of Elasticsearch, newest block first, within a block last log first. */
public final class ChainEventSearch {
    private final NewestFirst search;

    public ChainEventSearch(ElasticsearchClient client) {
        Map<String, SortOrder> order = new LinkedHashMap<>();
        order.put("cortensor.position", SortOrder.Desc);
        order.put("cortensor.id", SortOrder.Asc);
        this.search = new NewestFirst(client, Templates.CHAIN_EVENTS_PREFIX + "*", order);
    }

    /** As {@link ObservationSearch#search}. */
    public ObservationSearch.Page search(ObservationSearch.Query query) throws IOException {
        return search.search(query);
    }
}
