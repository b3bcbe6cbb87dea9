package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * How many runs of a probe ended how in each minute of slots, and how long they took: a document for each network, probe,
 * vantage, outcome and reason, whether or not the runs have documents of their own.
 *
 * <p>Open minutes are rows that every batch adds to in its own transaction, so neither a killed service nor a second node
 * counts a run twice or not at all. A run that ends after its minute was closed opens it again: its document is one more,
 * and the sum over a minute's documents is right. Thread-safe.
 */
public final class MinuteSummaries {
    /** Before the date in the names of the daily indices. */
    public static final String INDEX_PREFIX = "litewatch-summaries-";

    /** How long after its end a minute stays open, for runs that take long. */
    static final Duration GRACE = Duration.ofMinutes(2);

    // Each bucket reaches a quarter further than the one before: 1 ms to 6.5 min, each value within 12 % of its
    // bucket's.
    private static final double FIRST_SECONDS = 0.001;
    private static final double GROWTH = 1.25;
    private static final int BUCKETS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final InstantSource clock;

    private record Group(
            NetworkId network, ProbeId probe, Vantage vantage, Instant minute, Outcome.Kind outcome, Reason reason) {
        static Group of(Observation o) {
            return new Group(
                    o.network(),
                    o.probe(),
                    o.vantage(),
                    o.slot().truncatedTo(ChronoUnit.MINUTES),
                    o.outcome().kind(),
                    o.outcome().reason());
        }
    }

    private static final class Sums {
        private final long[] buckets = new long[BUCKETS];
        private long runs;
        private long stored;
        private long micros;

        void add(Observation o, boolean kept) {
            runs++;
            stored += kept ? 1 : 0;
            if (o.outcome().kind() != Outcome.Kind.NOT_RUN) {
                micros += o.elapsed().toNanos() / 1_000;
                buckets[bucket(o.elapsed().toNanos() / 1e9)]++;
            }
        }
    }

    public MinuteSummaries(Jdbi jdbi, Outbox outbox, InstantSource clock) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Counts {@code observations}, of which {@code kept} get documents of their own, in the transaction of {@code handle}. */
    public void add(Handle handle, Collection<Observation> observations, Collection<Observation> kept) {
        // These very ones: two runs that saw the same are two, and comparing what all of them saw would take long.
        Set<Observation> stored = Collections.newSetFromMap(new IdentityHashMap<>());
        stored.addAll(kept);
        Map<Group, Sums> sums = new LinkedHashMap<>();
        for (Observation o : observations) {
            sums.computeIfAbsent(Group.of(o), g -> new Sums()).add(o, stored.contains(o));
        }
        if (sums.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO minute_summary AS s
                       (network, probe, vantage, minute, outcome, reason, runs, stored, elapsed_micros, buckets)
                VALUES (:network, :probe, :vantage, :minute, :outcome, :reason, :runs, :stored, :micros, :buckets::bigint[])
                ON CONFLICT (minute, network, probe, vantage, outcome, reason) DO UPDATE
                   SET runs = s.runs + excluded.runs, stored = s.stored + excluded.stored,
                       elapsed_micros = s.elapsed_micros + excluded.elapsed_micros,
                       buckets = ARRAY(SELECT a + b FROM unnest(s.buckets, excluded.buckets) AS both_of(a, b))
                """);
        // In one order on all nodes, so that no two of them wait for each other's rows.
        sums.entrySet().stream()
                .sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
                .forEach(entry -> bind(batch, entry.getKey(), entry.getValue()));
        batch.execute();
    }

    private static void bind(PreparedBatch batch, Group group, Sums sums) {
        batch.bind("network", group.network().value())
                .bind("probe", group.probe().value())
                .bind("vantage", group.vantage().value())
                .bind("minute", group.minute())
                .bind("outcome", group.outcome().label())
                .bind("reason", group.reason().label())
                .bind("runs", sums.runs)
                .bind("stored", sums.stored)
                .bind("micros", sums.micros)
                .bind(
                        "buckets",
                        Arrays.stream(sums.buckets).mapToObj(Long::toString).collect(Collectors.joining(",", "{", "}")))
                .add();
    }

    /** Makes documents of the minutes that are over and puts them into the outbox; how many. */
    public int close() {
        Instant now = clock.instant();
        return jdbi.inTransaction(handle -> {
            List<Document> documents = handle.createQuery("""
                            DELETE FROM minute_summary WHERE minute <= :before
                            RETURNING network, probe, vantage, minute, outcome, reason, runs, stored, elapsed_micros, buckets
                            """)
                    .bind("before", now.minus(GRACE).minus(Duration.ofMinutes(1)))
                    .map((row, context) -> document(row, now))
                    .list();
            if (!documents.isEmpty()) {
                outbox.append(handle, documents);
            }
            return documents.size();
        });
    }

    private static Document document(ResultSet row, Instant closedAt) throws SQLException {
        Instant minute = row.getTimestamp("minute").toInstant();
        ObjectNode root = JSON.createObjectNode();
        root.put("@timestamp", minute.toString());
        root.putObject("event")
                .put("kind", "metric")
                .put("dataset", "litewatch.summaries")
                .put("module", "litewatch");
        ObjectNode own = root.putObject("cortensor");
        StringBuilder identity = new StringBuilder();
        for (String column : List.of("network", "probe", "vantage", "outcome", "reason")) {
            own.put(column, row.getString(column));
            identity.append(row.getString(column)).append('\u0000');
        }
        own.put("runs", row.getLong("runs"))
                .put("stored", row.getLong("stored"))
                .put("elapsed_seconds_sum", row.getLong("elapsed_micros") / 1e6);
        Long[] counts = (Long[]) row.getArray("buckets").getArray();
        if (Arrays.stream(counts).anyMatch(count -> count > 0)) {
            elapsed(counts, own);
        }
        return new Document(
                ObservationDocuments.dailyIndex(INDEX_PREFIX, minute),
                ObservationDocuments.hash("summary", identity.toString(), minute.toString(), closedAt.toString()),
                root.toString());
    }

    /** Percentiles of the minute, and the buckets themselves, from which those of many minutes can be made. */
    private static void elapsed(Long[] counts, ObjectNode own) {
        ObjectNode percentiles = own.putObject("elapsed_seconds");
        percentiles.put("p50", percentile(counts, 0.5));
        percentiles.put("p90", percentile(counts, 0.9));
        percentiles.put("p99", percentile(counts, 0.99));
        ArrayNode values = own.putArray("bucket_seconds");
        ArrayNode howMany = own.putArray("bucket_runs");
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                values.add(middle(i));
                howMany.add(counts[i]);
            }
        }
    }

    /** Nearest rank, as the middle of the bucket that it lies in; {@code counts} are not all 0. */
    private static double percentile(Long[] counts, double share) {
        long rank = (long) Math.ceil(
                share * Arrays.stream(counts).mapToLong(count -> count).sum());
        int bucket = 0;
        for (long below = counts[0]; below < rank; below += counts[bucket]) {
            bucket++;
        }
        return middle(bucket);
    }

    static int bucket(double seconds) {
        double index = Math.ceil(Math.log(seconds / FIRST_SECONDS) / Math.log(GROWTH));
        return (int) Math.max(0, Math.min(BUCKETS - 1, index));
    }

    /** The geometric middle of bucket {@code index}, in seconds. */
    static double middle(int index) {
        return FIRST_SECONDS * Math.pow(GROWTH, index - 0.5);
    }
}
