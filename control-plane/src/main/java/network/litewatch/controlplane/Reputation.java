package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.api.EligibilityResource;
import network.litewatch.controlplane.api.ReputationResource;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.ingest.elastic.ChainEventSearch;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.network.CurrentNetworks;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.controlplane.reputation.Evidence;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Standing;
import network.litewatch.controlplane.store.ReputationStore;
import network.litewatch.probe.Observation;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Counts what a batch says of nodes, in the batch's own transaction. Only what is stored as a document counts, so that a replay of the
 * documents counts the same.
 *
 * @param reader asked for anew with each batch: the files that it comes from may be read again
 */
record Reputation(ReputationStore store, Supplier<EvidenceReader> reader) {
    static Reputation of(Jdbi jdbi, ObjectMapper json, Supplier<Files> files, Set<Vantage> agents) {
        return new Reputation(new ReputationStore(jdbi, json), () -> {
            Files current = files.get();
            return new EvidenceReader(current.formula(), current.speeds(), agents);
        });
    }

    /** What is kept of observations: of evidence everything, else as {@code networks} say. */
    static Function<Observation, Storing> keeping(CurrentNetworks networks) {
        return observation -> EvidenceReader.PROBES.contains(observation.probe())
                ? Storing.ALL
                : networks.storing(observation.network(), observation.probe());
    }

    /** What was concluded in {@code batch}, as observations of their own. */
    static List<Observation> conclusions(Fleet.Batch batch) {
        List<Observation> concluded = new ArrayList<>();
        batch.verdicts().forEach(verdict -> concluded.add(VerdictDocuments.observation(verdict)));
        batch.assessments()
                .forEach(assessment -> VerdictDocuments.identity(assessment).ifPresent(concluded::add));
        return concluded;
    }

    /** Counts {@code stored} in the transaction of {@code handle}. */
    void count(Handle handle, List<Observation> stored) {
        EvidenceReader current = reader.get();
        List<Evidence> evidence =
                stored.stream().flatMap(one -> current.read(one).stream()).toList();
        store.count(handle, evidence, current.formula());
    }

    /**
     * What asks for scores, and for tasks and acts on the chain, on schedule; to be closed by the caller.
     *
     * @param latest knows how far the chains were read
     */
    OwnQuestions questions(ElasticsearchClient elasticsearch, LatestAssessments latest, InstantSource clock) {
        DeadlineReading deadlines = new DeadlineReading(
                new ChainEventSearch(elasticsearch)::search,
                new ObservationSearch(elasticsearch)::search,
                latest::chainGap,
                () -> reader.get().formula().deadlines(),
                clock);
        List<StoreProbe> probes = List.of(
                new StoreProbe(
                        EvidenceReader.DEADLINES,
                        TargetKind.MINER,
                        target -> target.parameters().containsKey(DeadlineReading.ADDRESS),
                        deadlines::of),
                new StoreProbe(Standing.SCORE, TargetKind.MINER, target -> true, target -> {
                    Instant now = clock.instant();
                    return Standing.of(
                            store.find(target.id()),
                            store.snapshot(target.id(), ago(now)),
                            reader.get().formula(),
                            now);
                }),
                new StoreProbe(Standing.FLEET, TargetKind.CHAIN, target -> true, target -> {
                    Instant now = clock.instant();
                    List<NodeRecord> of = store.all().stream()
                            .filter(record -> record.network().equals(target.network()))
                            .toList();
                    return Standing.fleet(
                            of,
                            store.snapshots(target.network(), ago(now)),
                            reader.get().formula(),
                            now);
                }));
        return new OwnQuestions(
                probes, new ChainActs(new ChainEventSearch(elasticsearch)::search, latest::chainGap, clock));
    }

    /** The last day that was over by then. */
    private static LocalDate ago(Instant now) {
        return ReputationStore.day(now.minus(Standing.BACK)).minusDays(1);
    }

    /** What people are told of miners' eligibility. */
    EligibilityResource eligibility(
            CurrentNetworks networks, LatestAssessments latest, Supplier<Files> files, InstantSource clock) {
        return new EligibilityResource(new EligibilityReading(
                networks::targets,
                latest::signals,
                store,
                () -> reader.get().formula(),
                () -> files.get().terms(),
                clock)::all);
    }

    /** What people are told of it. */
    ReputationResource resource(InstantSource clock) {
        return new ReputationResource(store, () -> reader.get().formula(), clock);
    }
}
