package network.litewatch.controlplane.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.slo.Counts;
import network.litewatch.controlplane.slo.History;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloEvents;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * What counts towards SLOs, in PostgreSQL. Runs are added in the transaction of their batch, so that a killed service neither loses one
 * nor counts it twice. Thread-safe.
 */
public final class SloStore {
    private static final String SERIES =
            " WHERE slo = :slo AND definition = :definition AND network = :network AND target = :target";

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final Supplier<List<Slo>> slos;

    /** Counts for {@code slos}, which are asked each time. */
    public SloStore(Jdbi jdbi, InstantSource clock, Supplier<List<Slo>> slos) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.slos = slos;
    }

    /** Adds what counts of {@code batch}: one row a series and minute, whatever the number of runs. */
    public void add(Handle handle, Fleet.Batch batch) {
        Instant oldest = History.foldedBefore(clock.instant());
        Map<SloEvents.Key, Counts> counts = SloEvents.of(slos.get(), batch);
        // Minutes that are folded into their hour stay so: a slice must not count a second time.
        counts.keySet().removeIf(key -> key.minute().isBefore(oldest));
        if (counts.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO slo_minute AS known (slo, definition, network, target, minute, good, total)
                VALUES (:slo, :definition, :network, :target, :at, :good, :total)
                ON CONFLICT (slo, definition, network, target, minute) DO UPDATE
                   SET good = known.good + excluded.good, total = known.total + excluded.total
                """);
        // In one order on all nodes, so that no two of them wait for each other's rows.
        counts.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<SloEvents.Key, Counts> entry) ->
                                entry.getKey().series().id().value())
                        .thenComparing(entry -> entry.getKey().minute()))
                .forEach(entry ->
                        add(rows, entry.getKey().series(), entry.getKey().minute(), entry.getValue()));
        rows.execute();
    }

    /** What was counted of {@code series} within its window that ends {@code now}. */
    public History history(SloSeries series, Instant now) {
        Instant since = now.minus(series.slo().window()).truncatedTo(ChronoUnit.HOURS);
        // In one snapshot: a fold in between would take minutes away that no hour has yet.
        return jdbi.withHandle(handle -> {
            Map<Instant, Counts> minutes = new HashMap<>();
            Map<Instant, Counts> hours = new HashMap<>();
            of(
                            handle.createQuery("SELECT true AS fine, minute AS at, good, total FROM slo_minute" + SERIES
                                    + " AND minute >= :since UNION ALL SELECT false, hour, good, total FROM slo_hour"
                                    + SERIES + " AND hour >= :since"),
                            series)
                    .bind("since", Timestamp.from(since))
                    .map((row, context) -> (row.getBoolean("fine") ? minutes : hours)
                            .put(
                                    row.getTimestamp("at").toInstant(),
                                    new Counts(row.getLong("good"), row.getLong("total"))))
                    .list();
            return new History(minutes, hours);
        });
    }

    /**
     * Makes hours of minutes that are not looked at by themselves any more, and forgets what no window reaches. Returns how many
     * minutes went. Throws what the database throws; then the next run goes on.
     */
    public int fold() {
        Instant now = clock.instant();
        int gone = 0;
        for (Slo slo : slos.get()) {
            for (SloSeries series : foldable(slo, now)) {
                gone += jdbi.inTransaction(handle -> fold(handle, series, now));
            }
        }
        Timestamp forgotten = Timestamp.from(now.minus(Slo.LONGEST).minus(History.BY_THE_MINUTE));
        gone += jdbi.withHandle(handle -> handle.execute("DELETE FROM slo_minute WHERE minute < ?", forgotten));
        jdbi.useHandle(handle -> handle.execute("DELETE FROM slo_hour WHERE hour < ?", forgotten));
        return gone;
    }

    private List<SloSeries> foldable(Slo slo, Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT DISTINCT network, target FROM slo_minute
                         WHERE slo = :slo AND definition = :definition AND minute < :before ORDER BY network, target
                        """)
                .bind("slo", slo.name())
                .bind("definition", slo.definition())
                .bind("before", Timestamp.from(History.foldedBefore(now)))
                .map((row, context) -> new SloSeries(
                        slo,
                        new NetworkId(row.getString("network")),
                        Optional.of(row.getString("target"))
                                .filter(target -> !target.isEmpty())
                                .map(TargetId::new)))
                .list());
    }

    private static int fold(Handle handle, SloSeries series, Instant now) {
        Map<Instant, Counts> minutes = new HashMap<>();
        // What is deleted is what is read: a second node that folds at the same time finds nothing left.
        of(
                        handle.createQuery("DELETE FROM slo_minute" + SERIES
                                + " AND minute < :before RETURNING minute, good, total"),
                        series)
                .bind("before", Timestamp.from(History.foldedBefore(now)))
                .map((row, context) -> minutes.put(
                        row.getTimestamp("minute").toInstant(), new Counts(row.getLong("good"), row.getLong("total"))))
                .list();
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO slo_hour AS known (slo, definition, network, target, hour, good, total)
                VALUES (:slo, :definition, :network, :target, :at, :good, :total)
                ON CONFLICT (slo, definition, network, target, hour) DO UPDATE
                   SET good = known.good + excluded.good, total = known.total + excluded.total
                """);
        new History(minutes, Map.of())
                .foldable(series.slo().budgeting(), now)
                .forEach((hour, counts) -> add(rows, series, hour, counts));
        if (rows.size() > 0) {
            rows.execute();
        }
        return minutes.size();
    }

    private static void add(PreparedBatch rows, SloSeries series, Instant at, Counts counts) {
        of(rows, series)
                .bind("at", Timestamp.from(at))
                .bind("good", counts.good())
                .bind("total", counts.total())
                .add();
    }

    private static <T extends SqlStatement<T>> T of(T statement, SloSeries series) {
        return statement
                .bind("slo", series.slo().name())
                .bind("definition", series.slo().definition())
                .bind("network", series.network().value())
                .bind("target", series.target().map(TargetId::value).orElse(""));
    }
}
