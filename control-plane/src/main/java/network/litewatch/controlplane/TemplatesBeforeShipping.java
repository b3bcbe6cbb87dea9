package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.dropwizard.lifecycle.Managed;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.Templates;

/** Puts the templates before the first document goes out, and again and again while Elasticsearch is away. */
record TemplatesBeforeShipping(ElasticsearchClient client, int replicas, Shipper shipper) implements Managed {
    @Override
    public void start() {
        shipper.before(() -> Templates.put(client, replicas));
        shipper.start();
    }

    @Override
    public void stop() throws InterruptedException {
        shipper.stop();
    }
}
