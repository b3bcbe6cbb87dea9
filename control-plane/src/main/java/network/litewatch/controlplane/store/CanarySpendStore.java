package network.litewatch.controlplane.store;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.miner.CanaryKind;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The ledger in PostgreSQL, by minutes. */
public final class CanarySpendStore implements CanaryBudget {
    // Any number of our own: it keeps two nodes from reserving for one network at once.
    private static final int LOCKS = 0x73706e64;

    private final Jdbi jdbi;

    public CanarySpendStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Reservation> reserve(Canary canary, Cost most, CanaryPolicy policy) {
        return jdbi.inTransaction(handle -> {
            handle.execute(
                    "SELECT pg_advisory_xact_lock(?, hashtext(?))",
                    LOCKS,
                    canary.network().value());
            // By the database's clock: that of a node may be wrong, and the windows are everybody's.
            Instant now =
                    handle.createQuery("SELECT now()").mapTo(Instant.class).one();
            boolean fits = fits(total(handle, canary.network(), now.minus(Duration.ofHours(1))), most, policy.hour())
                    && fits(total(handle, canary.network(), now.minus(Duration.ofDays(1))), most, policy.day());
            add(handle, canary, now, fits ? 1 : 0, fits ? 0 : 1, fits ? most : Cost.NONE);
            if (fits) {
                handle.createUpdate("""
                                INSERT INTO canary_asked (network, target, kind, at) VALUES (:network, :target, :kind, :at)
                                ON CONFLICT (network, target, kind) DO UPDATE SET at = excluded.at
                                """)
                        .bind("network", canary.network().value())
                        .bind("target", canary.miner().value())
                        .bind("kind", canary.kind().label())
                        .bind("at", Timestamp.from(canary.at()))
                        .execute();
            }
            return fits ? Optional.of(new Reservation(canary, most, now)) : Optional.empty();
        });
    }

    @Override
    public void settle(Reservation reservation, Cost used) {
        Cost reserved = reservation.cost();
        Cost back = new Cost(
                used.tokens() - reserved.tokens(),
                used.gpuSeconds() - reserved.gpuSeconds(),
                used.fees().subtract(reserved.fees()));
        // In the minute of the reservation: in a later one it would make room in windows that never saw what it gives
        // back.
        jdbi.useHandle(handle ->
                add(handle, reservation.canary(), reservation.booked(), used.equals(Cost.NONE) ? -1 : 0, 0, back));
    }

    @Override
    public Map<TargetId, Instant> lastAsked(NetworkId network, CanaryKind kind) {
        return jdbi.withHandle(handle -> {
            Map<TargetId, Instant> at = new HashMap<>();
            handle.createQuery("SELECT target, at FROM canary_asked WHERE network = :network AND kind = :kind")
                    .bind("network", network.value())
                    .bind("kind", kind.label())
                    .map((rs, context) -> at.put(
                            new TargetId(rs.getString("target")),
                            rs.getTimestamp("at").toInstant()))
                    .list();
            return at;
        });
    }

    @Override
    public Map<CanaryKind, Spent> spent(NetworkId network, Instant since) {
        return jdbi.withHandle(handle -> {
            Map<CanaryKind, Spent> byKind = new EnumMap<>(CanaryKind.class);
            for (CanaryKind kind : CanaryKind.values()) {
                byKind.put(kind, sum(handle, network, since, kind.label()));
            }
            return byKind;
        });
    }

    private static Cost total(Handle handle, NetworkId network, Instant since) {
        return sum(handle, network, since, "%").cost();
    }

    private static Spent sum(Handle handle, NetworkId network, Instant since, String kind) {
        return handle.createQuery("""
                        SELECT coalesce(sum(canaries), 0) AS canaries, coalesce(sum(refused), 0) AS refused,
                               coalesce(sum(tokens), 0) AS tokens,
                               coalesce(sum(gpu_seconds), 0) AS gpu_seconds,
                               coalesce(sum(fees), 0) AS fees
                          FROM canary_spend
                         WHERE network = :network AND minute >= :since AND kind LIKE :kind
                        """)
                .bind("network", network.value())
                .bind("since", Timestamp.from(since.truncatedTo(ChronoUnit.MINUTES)))
                .bind("kind", kind)
                .map((rs, context) -> new Spent(
                        rs.getLong("canaries"),
                        rs.getLong("refused"),
                        new Cost(rs.getLong("tokens"), rs.getDouble("gpu_seconds"), rs.getBigDecimal("fees"))))
                .one();
    }

    private static boolean fits(Cost spent, Cost more, CanaryPolicy.Budget budget) {
        return spent.tokens() + more.tokens() <= budget.tokens()
                && spent.gpuSeconds() + more.gpuSeconds() <= budget.gpuSeconds()
                && spent.fees().add(more.fees()).compareTo(budget.fees()) <= 0;
    }

    private static void add(Handle handle, Canary canary, Instant at, int canaries, int refused, Cost cost) {
        handle.createUpdate("""
                        INSERT INTO canary_spend AS known (network, minute, kind, canaries, refused, tokens, gpu_seconds, fees)
                        VALUES (:network, :minute, :kind, :canaries, :refused, :tokens, :gpu, :fees)
                        ON CONFLICT (network, minute, kind) DO UPDATE
                           SET canaries = known.canaries + excluded.canaries, refused = known.refused + excluded.refused,
                               tokens = known.tokens + excluded.tokens,
                               gpu_seconds = known.gpu_seconds + excluded.gpu_seconds, fees = known.fees + excluded.fees
                        """)
                .bind("network", canary.network().value())
                .bind("minute", Timestamp.from(at.truncatedTo(ChronoUnit.MINUTES)))
                .bind("kind", canary.kind().label())
                .bind("canaries", canaries)
                .bind("refused", refused)
                .bind("tokens", cost.tokens())
                .bind("gpu", cost.gpuSeconds())
                .bind("fees", cost.fees())
                .execute();
    }
}
