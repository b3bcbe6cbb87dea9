package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import network.litewatch.controlplane.api.DocumentPages;
import network.litewatch.controlplane.ingest.StoredObservations;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Replay;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/**
 * Reads all evidence of a time out of Elasticsearch, page by page, into replays.
 *
 * @param progress hears after each page how many documents were read
 */
record ReputationReplay(DocumentPages.Searcher search, LongConsumer progress) {
    private static final int PAGE = 500;

    /** Reads what lies from {@code from}, inclusive, to {@code to}; returns how many documents that were. */
    long run(Instant from, Instant to, List<Replay> replays) throws IOException {
        long read = 0;
        for (ProbeId probe : EvidenceReader.PROBES.stream()
                .sorted(java.util.Comparator.comparing(ProbeId::value))
                .toList()) {
            @Nullable String cursor = null;
            do {
                ObservationSearch.Page page = search.search(
                        new ObservationSearch.Query(Map.of("probe", probe.value()), from, to, PAGE, cursor));
                for (JsonNode document : page.items()) {
                    StoredObservations.read(document)
                            .ifPresent(observation -> replays.forEach(replay -> replay.add(observation)));
                }
                read += page.items().size();
                progress.accept(read);
                cursor = page.next().orElse(null);
            } while (cursor != null);
        }
        return read;
    }
}
