package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.Retention;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.RowRetention;
import org.jdbi.v3.core.Jdbi;

/** What is done now and then by one node of all, besides probing. */
final class Chores {
    /** How often the journal of checkpoints is folded; as much is read again at a start. */
    static final int FOLD_SECONDS = 60;

    private final ControlPlaneConfiguration config;
    private final Jdbi jdbi;
    private final Clock clock;

    Chores(ControlPlaneConfiguration config, Jdbi jdbi, Clock clock) {
        this.config = config;
        this.jdbi = jdbi;
        this.clock = clock;
    }

    List<Chore> of(
            ElasticsearchClient elasticsearch,
            MinuteSummaries summaries,
            Shipper shipper,
            Checkpoints checkpoints,
            Slos slos,
            Incidents incidents,
            Drills drills) {
        Retention retention =
                new Retention(elasticsearch, clock, config.node().retention().toJavaDuration());
        RowRetention rows = new RowRetention(jdbi, clock, config.node().rows());
        List<Chore> chores = new ArrayList<>(drills.chores());
        chores.addAll(List.of(
                new Chore("retention", Duration.ofHours(1), retention::run),
                slos.chore(),
                incidents.chore(),
                new Chore("rows", Duration.ofHours(1), rows::run),
                new Chore("checkpoints", Duration.ofSeconds(FOLD_SECONDS), () -> {
                    var unused = checkpoints.fold(jdbi);
                }),
                new Chore("summaries", Duration.ofSeconds(20), () -> {
                    if (summaries.close() > 0) {
                        shipper.wake();
                    }
                })));
        return chores;
    }
}
