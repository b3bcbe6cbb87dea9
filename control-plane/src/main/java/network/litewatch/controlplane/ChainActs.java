package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.litewatch.controlplane.api.DocumentPages;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/** Says which nodes were lately at work on the chain, out of the events that were read there. Thread-safe. */
final class ChainActs implements AutoCloseable {
    private static final Duration LATELY = Duration.ofMinutes(15);
    private static final double BEHIND_SECONDS = 60;
    private static final int NODES = 20;

    private final DocumentPages.Searcher events;
    private final Function<NetworkId, OptionalDouble> gap;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread daemon = new Thread(task, "chain-acts");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * Searches {@code events} of chains.
     *
     * @param gap seconds that the reading of a network's chain is behind; empty is unknown
     */
    ChainActs(DocumentPages.Searcher events, Function<NetworkId, OptionalDouble> gap, InstantSource clock) {
        this.events = events;
        this.gap = gap;
        this.clock = clock;
    }

    /**
     * When each of {@code nodes}, of which the first {@value #NODES} are looked at, last acked a task, in the last 15 minutes.
     *
     * @param nodes addresses in lower case
     * @return empty when the chain was not read up to now, or its events could not be searched within {@code timeout}; never fails
     */
    CompletableFuture<Optional<Map<TargetId, Instant>>> of(
            NetworkId network, Map<TargetId, String> nodes, Duration timeout) {
        OptionalDouble behind = gap.apply(network);
        if (behind.isEmpty() || behind.getAsDouble() > BEHIND_SECONDS) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return CompletableFuture.supplyAsync(() -> Optional.of(search(network, nodes)), thread)
                .exceptionally(failure -> Optional.empty())
                .completeOnTimeout(Optional.empty(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<TargetId, Instant> search(NetworkId network, Map<TargetId, String> nodes) {
        Map<TargetId, Instant> acted = new HashMap<>();
        Instant from = clock.instant().minus(LATELY);
        nodes.entrySet().stream()
                .limit(NODES)
                .forEach(node -> newest(network, node.getValue(), from).ifPresent(at -> acted.put(node.getKey(), at)));
        return acted;
    }

    private Optional<Instant> newest(NetworkId network, String address, Instant from) {
        Map<String, String> terms = Map.of(
                "network", network.value(), "contract", "SessionQueueV2", "event", "TaskAcked", "addresses", address);
        try {
            List<JsonNode> found = events.search(new ObservationSearch.Query(terms, from, null, 1, null))
                    .items();
            return found.stream()
                    .filter(event -> event.at("/cortensor/state").asText().equals("added"))
                    .map(event -> Instant.parse(event.path("@timestamp").asText()))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
