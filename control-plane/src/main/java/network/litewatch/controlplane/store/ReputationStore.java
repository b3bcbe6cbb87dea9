package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import network.litewatch.controlplane.reputation.Evidence;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Records;
import network.litewatch.controlplane.reputation.Snapshot;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is counted of each node. Nothing of it is held in memory: evidence is rare, several nodes of the service may count for one
 * target, and so whoever starts goes on where the last one stopped. Thread-safe.
 */
public final class ReputationStore implements Records {
    private static final Logger LOG = LoggerFactory.getLogger(ReputationStore.class);
    // Any number that no other advisory lock of the service has: "literepu" in ASCII.
    private static final long COUNTING = 0x6c69746572657075L;

    private final Jdbi jdbi;
    private final ObjectMapper json;

    public ReputationStore(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    /** Counts {@code evidence} by {@code formula} in the transaction of {@code handle}. */
    public void count(Handle handle, List<Evidence> evidence, Formula formula) {
        if (evidence.isEmpty()) {
            return;
        }
        // One at a time reads, counts and writes: the rows of nodes that are new cannot be locked before they are
        // there.
        handle.execute("SELECT pg_advisory_xact_lock(?)", COUNTING);
        Map<TargetId, NodeRecord> records = new LinkedHashMap<>();
        read(handle, evidence).forEach(record -> records.put(record.node(), record));
        List<Snapshot> ended = new ArrayList<>();
        for (Evidence piece : evidence) {
            NodeRecord before = records.getOrDefault(piece.node(), NodeRecord.before(piece));
            Instant last = before.at();
            if (last != null && day(piece.at()).isAfter(day(last))) {
                ended.add(new Snapshot(day(last), before));
            }
            records.put(piece.node(), before.step(piece, formula));
        }
        write(
                handle,
                records.values().stream().filter(record -> record.at() != null).toList());
        keep(handle, ended);
    }

    @Override
    public List<NodeRecord> all() {
        return jdbi.withHandle(handle ->
                handle
                        .createQuery("SELECT state::text FROM reputation ORDER BY node")
                        .mapTo(String.class)
                        .list()
                        .stream()
                        .flatMap(state -> parse(state).stream())
                        .toList());
    }

    @Override
    public Optional<NodeRecord> find(TargetId node) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT state::text FROM reputation WHERE node = :node")
                        .bind("node", node.value())
                        .mapTo(String.class)
                        .findOne())
                .flatMap(this::parse);
    }

    @Override
    public Optional<Snapshot> snapshot(TargetId node, LocalDate day) {
        return jdbi.withHandle(handle -> handle.createQuery(
                                "SELECT day, state::text AS state FROM reputation_snapshot WHERE node = :node AND day <= :day"
                                        + " ORDER BY day DESC LIMIT 1")
                        .bind("node", node.value())
                        .bind("day", Date.valueOf(day))
                        .map((rs, context) -> Map.entry(rs.getDate("day").toLocalDate(), rs.getString("state")))
                        .findOne())
                .flatMap(row -> parse(row.getValue()).map(record -> new Snapshot(row.getKey(), record)));
    }

    @Override
    public List<Snapshot> snapshots(NetworkId network, LocalDate day) {
        return jdbi
                .withHandle(handle -> handle.createQuery(
                                "SELECT DISTINCT ON (node) day, state::text AS state FROM reputation_snapshot"
                                        + " WHERE network = :network AND day <= :day ORDER BY node, day DESC")
                        .bind("network", network.value())
                        .bind("day", Date.valueOf(day))
                        .map((rs, context) -> Map.entry(rs.getDate("day").toLocalDate(), rs.getString("state")))
                        .list())
                .stream()
                .flatMap(row -> parse(row.getValue()).map(record -> new Snapshot(row.getKey(), record)).stream())
                .toList();
    }

    /** The day in UTC that {@code at} is in. */
    public static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private List<NodeRecord> read(Handle handle, List<Evidence> evidence) {
        TreeSet<String> nodes = new TreeSet<>();
        evidence.forEach(piece -> nodes.add(piece.node().value()));
        return handle
                .createQuery("SELECT state::text FROM reputation WHERE node = ANY(:nodes)")
                .bindArray("nodes", String.class, List.copyOf(nodes))
                .mapTo(String.class)
                .list()
                .stream()
                .flatMap(state -> parse(state).stream())
                .toList();
    }

    private void write(Handle handle, List<NodeRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        INSERT INTO reputation (node, network, state, at)
                        SELECT * FROM unnest(:nodes, :networks, :states::jsonb[], :ats::timestamptz[])
                        ON CONFLICT (node) DO UPDATE
                           SET network = excluded.network, state = excluded.state, at = excluded.at
                        """)
                .bindArray(
                        "nodes",
                        String.class,
                        records.stream().map(r -> r.node().value()).toList())
                .bindArray(
                        "networks",
                        String.class,
                        records.stream().map(r -> r.network().value()).toList())
                .bindArray(
                        "states", String.class, records.stream().map(this::text).toList())
                .bindArray(
                        "ats",
                        String.class,
                        records.stream().map(r -> String.valueOf(r.at())).toList())
                .execute();
    }

    private void keep(Handle handle, List<Snapshot> ended) {
        for (Snapshot snapshot : ended) {
            NodeRecord record = snapshot.record();
            handle.createUpdate("""
                            INSERT INTO reputation_snapshot (node, day, network, state)
                            VALUES (:node, :day, :network, :state::jsonb)
                            ON CONFLICT (node, day) DO UPDATE SET network = excluded.network, state = excluded.state
                            """)
                    .bind("node", record.node().value())
                    .bind("day", Date.valueOf(snapshot.day()))
                    .bind("network", record.network().value())
                    .bind("state", text(record))
                    .execute();
        }
    }

    private Optional<NodeRecord> parse(@Nullable String state) {
        try {
            return Optional.ofNullable(state == null ? null : json.readValue(state, NodeRecord.class));
        } catch (JsonProcessingException e) {
            LOG.warn("counts of another version left out: {}", e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private String text(NodeRecord record) {
        try {
            return json.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of our own cannot be written", e);
        }
    }
}
