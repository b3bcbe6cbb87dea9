package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import network.litewatch.controlplane.api.DocumentPages;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.TaskDeadlines;
import network.litewatch.controlplane.reputation.TaskDeadlines.Counts;
import network.litewatch.controlplane.reputation.TaskDeadlines.Kind;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;

/**
 * How a node kept the deadlines of its tasks, out of the chain's events: of the tasks that were assigned since the last reading and are
 * over. Where the last one stopped stands in its observation, so that none is counted twice after a restart.
 *
 * @param events searches chain events
 * @param observations searches observations
 * @param gap seconds that the reading of a network's chain is behind; empty is unknown
 */
record DeadlineReading(
        DocumentPages.Searcher events,
        DocumentPages.Searcher observations,
        Function<NetworkId, OptionalDouble> gap,
        Supplier<TaskDeadlines> deadlines,
        InstantSource clock,
        Map<TargetId, Instant> read) {
    /** Parameter of a miner: its address on the chain. */
    static final String ADDRESS = "address";

    private static final String UNTIL = "until";
    private static final Duration SETTLING = Duration.ofMinutes(1);
    private static final Duration AT_FIRST = Duration.ofMinutes(10);
    private static final Duration AT_MOST = Duration.ofHours(6);
    private static final double BEHIND_SECONDS = 60;
    private static final int TASKS = 200;
    private static final int EVENTS = 500;

    DeadlineReading(
            DocumentPages.Searcher events,
            DocumentPages.Searcher observations,
            Function<NetworkId, OptionalDouble> gap,
            Supplier<TaskDeadlines> deadlines,
            InstantSource clock) {
        this(events, observations, gap, deadlines, clock, new ConcurrentHashMap<>());
    }

    /** Reads on; throws {@link UncheckedIOException} when Elasticsearch cannot be asked. */
    Finding of(Target target) {
        String address = target.parameters().getOrDefault(ADDRESS, "").toLowerCase(Locale.ROOT);
        OptionalDouble behind = gap.apply(target.network());
        if (behind.isEmpty() || behind.getAsDouble() > BEHIND_SECONDS) {
            return unknown("the chain was not read up to now");
        }
        TaskDeadlines judge = deadlines.get();
        Instant to = clock.instant().minus(judge.longest()).minus(SETTLING);
        try {
            Instant from = from(target, to);
            if (!to.isAfter(from)) {
                return unknown("no task is over since the last reading");
            }
            Counts counts = Counts.NONE;
            for (Kind kind : Kind.values()) {
                counts = counts.plus(count(target, kind, address, from, to, judge));
            }
            read.put(target.id(), to);
            Map<Measurement, Double> measurements = new HashMap<>();
            measurements.put(Measurement.TASKS_KEPT, (double) counts.kept());
            measurements.put(Measurement.TASKS_MISSED, (double) counts.missed());
            measurements.put(Measurement.TASKS_PRECOMMITTED, (double) counts.precommits());
            measurements.put(Measurement.TASKS_ASSIGNED, (double) counts.assigned());
            return new Finding(
                    Outcome.ok(), Map.of(), measurements, Map.of("from", from.toString(), UNTIL, to.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Counts count(Target target, Kind kind, String address, Instant from, Instant to, TaskDeadlines judge)
            throws IOException {
        Set<Map<String, String>> tasks = new LinkedHashSet<>();
        Map<String, String> assigned = new HashMap<>(base(target, kind));
        assigned.put("event", kind.assigned());
        assigned.put("addresses", address);
        for (JsonNode event : all(assigned, from, to, TASKS)) {
            TaskDeadlines.task(kind, event).ifPresent(tasks::add);
        }
        Counts counts = Counts.NONE;
        for (Map<String, String> task : tasks) {
            Map<String, String> terms = new HashMap<>(base(target, kind));
            terms.putAll(task);
            counts = counts.plus(judge.judge(
                    kind,
                    address,
                    all(terms, from.minus(AT_FIRST), to.plus(judge.longest()).plus(SETTLING), EVENTS)));
        }
        return counts;
    }

    private static Map<String, String> base(Target target, Kind kind) {
        return Map.of("network", target.network().value(), "contract", kind.contract());
    }

    private List<JsonNode> all(Map<String, String> terms, Instant from, Instant to, int most) throws IOException {
        return new ArrayList<>(events.search(new ObservationSearch.Query(terms, from, to, most, null))
                .items());
    }

    /** Where the last reading stopped; so that a long rest does not make one reading of everything, not too long ago. */
    private Instant from(Target target, Instant to) throws IOException {
        Instant known = read.get(target.id());
        Optional<Instant> last = known == null ? stored(target) : Optional.of(known);
        Instant earliest = to.minus(AT_MOST);
        return last.map(at -> at.isBefore(earliest) ? earliest : at).orElse(to.minus(AT_FIRST));
    }

    private Optional<Instant> stored(Target target) throws IOException {
        ObservationSearch.Page page = observations.search(new ObservationSearch.Query(
                Map.of(
                        "probe", EvidenceReader.DEADLINES.value(),
                        "target", target.id().value(),
                        "outcome", "ok"),
                null,
                null,
                1,
                null));
        return page.items().stream()
                .findFirst()
                .map(document ->
                        document.path("cortensor").path("evidence").path(UNTIL).asText(""))
                .filter(text -> !text.isEmpty())
                .map(Instant::parse);
    }

    private static Finding unknown(String why) {
        return Finding.of(Outcome.inconclusive(Reason.MISSING_DATA, why));
    }
}
