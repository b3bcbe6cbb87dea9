package network.litewatch.controlplane.ingest.elastic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import java.io.IOException;
import java.io.StringReader;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TemplatesIT {
    private static final String INDEX = ObservationDocuments.INDEX_PREFIX + "2020.02.02";

    private final ElasticsearchClient client = SharedStores.get().elasticsearch();

    @AfterEach
    void remove() throws IOException {
        client.indices().delete(b -> b.index(INDEX).ignoreUnavailable(true));
    }

    @Test
    void anIndexOfAnOlderVersionLearnsWhatANewerOneMeasures() throws IOException {
        Templates.put(client, 0);
        client.indices().delete(b -> b.index(INDEX).ignoreUnavailable(true));
        client.indices()
                .create(
                        b -> b.index(INDEX)
                                .withJson(
                                        new StringReader(
                                                "{\"mappings\":{\"dynamic\":\"strict\",\"properties\":{\"cortensor\":"
                                                        + "{\"dynamic\":\"strict\",\"properties\":{\"probe\":{\"type\":\"keyword\"}}}}}}")));
        Templates.put(client, 0);

        index("{\"cortensor\":{\"measurements\":{\"rpc_gas_price\":1.0}}}");
        assertThatThrownBy(() -> index("{\"cortensor\":{\"measurements\":{\"of_a_stranger\":1.0}}}"))
                .isInstanceOf(ElasticsearchException.class)
                .hasMessageContaining("strict_dynamic_mapping_exception");
    }

    @Test
    void puttingThemTwiceChangesNothing() throws IOException {
        Templates.put(client, 0);
        Templates.put(client, 0);

        assertThat(client.indices()
                        .existsIndexTemplate(b -> b.name("litewatch-observations"))
                        .value())
                .isTrue();
    }

    private void index(String json) throws IOException {
        client.index(b -> b.index(INDEX).withJson(new StringReader(json)));
    }
}
