package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.api.NoiseResource;
import network.litewatch.controlplane.ingest.elastic.FiringSearch;
import network.litewatch.controlplane.noise.Fired;
import network.litewatch.controlplane.store.FalseAlarms;
import network.litewatch.controlplane.store.Migrations;
import org.jdbi.v3.core.Jdbi;

/** What alerts did, out of both stores. Thread-safe. */
final class NoiseCounts implements NoiseResource.Counts {
    private final FiringSearch firings;
    private final FalseAlarms falseAlarms;
    private final Jdbi jdbi;
    private final Duration retention;

    /** {@code retention} is how long the history of alerts is kept. */
    NoiseCounts(ElasticsearchClient elasticsearch, Jdbi jdbi, Duration retention) {
        this.jdbi = jdbi;
        this.retention = retention;
        this.firings = new FiringSearch(elasticsearch);
        this.falseAlarms = new FalseAlarms(jdbi);
    }

    @Override
    public Instant knownSince(Instant now) {
        Instant kept = now.minus(retention);
        Instant began = Migrations.began(jdbi);
        return began.isAfter(kept) ? began : kept;
    }

    @Override
    public List<Fired> fired(Instant since) throws IOException {
        return firings.since(since);
    }

    @Override
    public Map<String, Integer> falseAlarms(Instant since) {
        return falseAlarms.since(since);
    }
}
