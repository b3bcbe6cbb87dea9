package network.litewatch.controlplane.index;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Cursors, the blocks and events they remember, and the digests of older ranges, in PostgreSQL. Thread-safe. */
public final class ChainStore {
    /** Blocks in one audited range. */
    static final long BUCKET = 1_000;

    private static final RowMapper<Sighting> SIGHTING = (rs, context) -> new Sighting(
            rs.getString("contract"),
            rs.getString("event"),
            rs.getLong("block_number"),
            rs.getString("block_hash"),
            rs.getLong("log_index"),
            rs.getString("transaction"),
            rs.getTimestamp("at").toInstant(),
            rs.getLong("digest"),
            rs.getInt("removals"),
            rs.getBoolean("canonical"));

    private final Jdbi jdbi;

    public ChainStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Number and exclusive or of the digests of all events in a range of blocks, both ends included. */
    record RangeDigest(long from, long to, long events, long digest) {}

    /** Somebody else has moved the cursor: what was computed is of yesterday. */
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overtaken(String network) {
            super("the chain cursor of " + network + " was moved by another writer", null, false, false);
        }
    }

    /** The state as it was last stored; empty before the first time. */
    Optional<ChainState> load(String network) {
        return jdbi.inTransaction(handle -> {
            List<ChainState.Link> links = handle.createQuery(
                            "SELECT number, hash FROM chain_block WHERE network = :network ORDER BY number")
                    .bind("network", network)
                    .map((rs, context) -> new ChainState.Link(rs.getLong("number"), rs.getString("hash")))
                    .list();
            Map<String, Sighting> known = handle
                    .createQuery("SELECT * FROM chain_event WHERE network = :network")
                    .bind("network", network)
                    .map(SIGHTING)
                    .stream()
                    .collect(Collectors.toMap(Sighting::key, sighting -> sighting));
            return handle.createQuery("SELECT * FROM chain_cursor WHERE network = :network")
                    .bind("network", network)
                    .map((rs, context) -> new ChainState(
                            rs.getString("genesis"),
                            rs.getLong("next_block"),
                            rs.getLong("settled"),
                            links,
                            known,
                            rs.getLong("next_block"),
                            rs.getInt("reorg_depth"),
                            rs.getTimestamp("caught_up_at").toInstant(),
                            rs.getTimestamp("audited_at").toInstant(),
                            rs.getLong("revision")))
                    .findOne();
        });
    }

    /**
     * Writes {@code change} over {@code before} in the transaction of {@code handle} and returns the state as stored; throws
     * {@link Overtaken} when {@code before} is not what is stored.
     */
    ChainState save(Handle handle, String network, ChainState before, ChainChange change) {
        ChainState after = change.after().stored();
        cursor(handle, network, before, after);
        if (!Objects.equals(before.genesis(), after.genesis())) {
            handle.createUpdate("DELETE FROM chain_range WHERE network = :network")
                    .bind("network", network)
                    .execute();
        }
        links(handle, network, before.links(), after.links());
        sightings(handle, network, before.known(), after.known());
        settle(handle, network, before, after, change.settled());
        return after;
    }

    private static void cursor(Handle handle, String network, ChainState before, ChainState after) {
        int written = handle.createUpdate(before.revision() == 0 ? """
                        INSERT INTO chain_cursor (network, genesis, next_block, settled, reorg_depth, caught_up_at,
                                                  audited_at, revision)
                        VALUES (:network, :genesis, :next, :settled, :depth, :caughtUpAt, :auditedAt, :revision)
                        ON CONFLICT (network) DO NOTHING
                        """ : """
                        UPDATE chain_cursor
                           SET genesis = :genesis, next_block = :next, settled = :settled, reorg_depth = :depth,
                               caught_up_at = :caughtUpAt, audited_at = :auditedAt, revision = :revision
                         WHERE network = :network AND revision = :revision - 1
                        """)
                .bind("network", network)
                .bind("genesis", after.genesis())
                .bind("next", after.next())
                .bind("settled", after.settled())
                .bind("depth", after.reorgDepth())
                .bind("caughtUpAt", after.caughtUpAt())
                .bind("auditedAt", after.auditedAt())
                .bind("revision", after.revision())
                .execute();
        if (written == 0) {
            throw new Overtaken(network);
        }
    }

    private static void links(
            Handle handle, String network, List<ChainState.Link> before, List<ChainState.Link> after) {
        Set<ChainState.Link> had = Set.copyOf(before);
        Set<ChainState.Link> has = Set.copyOf(after);
        if (had.equals(has)) {
            return;
        }
        PreparedBatch gone =
                handle.prepareBatch("DELETE FROM chain_block WHERE network = :network AND number = :number");
        PreparedBatch come = handle.prepareBatch(
                "INSERT INTO chain_block (network, number, hash) VALUES (:network, :number, :hash)");
        before.stream()
                .filter(link -> !has.contains(link))
                .forEach(link -> gone.bind("network", network)
                        .bind("number", link.number())
                        .add());
        after.stream()
                .filter(link -> !had.contains(link))
                .forEach(link -> come.bind("network", network)
                        .bind("number", link.number())
                        .bind("hash", link.hash())
                        .add());
        execute(gone);
        execute(come);
    }

    private static void sightings(
            Handle handle, String network, Map<String, Sighting> before, Map<String, Sighting> after) {
        PreparedBatch gone = handle.prepareBatch(
                "DELETE FROM chain_event WHERE network = :network AND block_hash = :hash AND log_index = :index");
        before.values().stream()
                .filter(s -> !after.containsKey(s.key()))
                .forEach(s -> gone.bind("network", network)
                        .bind("hash", s.blockHash())
                        .bind("index", s.index())
                        .add());
        execute(gone);
        PreparedBatch come = handle.prepareBatch("""
                INSERT INTO chain_event (network, block_hash, log_index, block_number, transaction, contract, event, at,
                                         digest, removals, canonical)
                VALUES (:network, :hash, :index, :block, :transaction, :contract, :event, :at, :digest, :removals, :canonical)
                ON CONFLICT (network, block_hash, log_index) DO UPDATE
                   SET removals = excluded.removals, canonical = excluded.canonical
                """);
        after.values().stream()
                .filter(s -> !s.equals(before.get(s.key())))
                .forEach(s -> come.bind("network", network)
                        .bind("hash", s.blockHash())
                        .bind("index", s.index())
                        .bind("block", s.block())
                        .bind("transaction", s.transaction())
                        .bind("contract", s.contract())
                        .bind("event", s.event())
                        .bind("at", s.at())
                        .bind("digest", s.digest())
                        .bind("removals", s.removals())
                        .bind("canonical", s.canonical())
                        .add());
        execute(come);
    }

    /** Adds the blocks between the two settled marks, events or none, to the digests of their ranges. */
    private static void settle(
            Handle handle, String network, ChainState before, ChainState after, Collection<Sighting> settled) {
        Map<Long, RangeDigest> ranges = new TreeMap<>();
        for (long from = before.settled(); from < after.settled(); ) {
            long bucket = from / BUCKET;
            long end = Math.min(after.settled(), (bucket + 1) * BUCKET);
            ranges.put(bucket, new RangeDigest(from, end - 1, 0, 0));
            from = end;
        }
        for (Sighting s : settled) {
            ranges.computeIfPresent(
                    s.block() / BUCKET,
                    (bucket, r) -> new RangeDigest(r.from(), r.to(), r.events() + 1, r.digest() ^ s.digest()));
        }
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO chain_range (network, bucket, from_block, to_block, events, digest)
                VALUES (:network, :bucket, :from, :to, :events, :digest)
                ON CONFLICT (network, bucket) DO UPDATE
                   SET to_block = excluded.to_block, events = chain_range.events + excluded.events,
                       digest = chain_range.digest # excluded.digest
                """);
        ranges.forEach((bucket, range) -> bind(batch, network, range).add());
        execute(batch);
    }

    /** Any one of the stored ranges, each as likely; empty when there is none. */
    Optional<RangeDigest> anyRange(String network, RandomGenerator random) {
        return jdbi.withHandle(handle -> {
            long count = handle.createQuery("SELECT count(*) FROM chain_range WHERE network = :network")
                    .bind("network", network)
                    .mapTo(Long.class)
                    .one();
            return count == 0
                    ? Optional.empty()
                    : handle.createQuery("""
                                    SELECT from_block, to_block, events, digest FROM chain_range
                                     WHERE network = :network ORDER BY bucket OFFSET :offset LIMIT 1
                                    """)
                            .bind("network", network)
                            .bind("offset", random.nextLong(count))
                            .map((rs, context) ->
                                    new RangeDigest(rs.getLong(1), rs.getLong(2), rs.getLong(3), rs.getLong(4)))
                            .findOne();
        });
    }

    /** Puts what a second reading of a range gave in the place of what the first did. */
    void correct(Handle handle, String network, RangeDigest range) {
        PreparedBatch batch = handle.prepareBatch("""
                UPDATE chain_range SET events = :events, digest = :digest
                 WHERE network = :network AND bucket = :bucket AND from_block = :from AND to_block = :to
                """);
        execute(bind(batch, network, range).add());
    }

    private static PreparedBatch bind(PreparedBatch batch, String network, RangeDigest range) {
        return batch.bind("network", network)
                .bind("bucket", range.from() / BUCKET)
                .bind("from", range.from())
                .bind("to", range.to())
                .bind("events", range.events())
                .bind("digest", range.digest());
    }

    private static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }
}
