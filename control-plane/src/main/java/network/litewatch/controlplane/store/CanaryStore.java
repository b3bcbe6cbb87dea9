package network.litewatch.controlplane.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.rpc.CanaryLedger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The ledger of canary transactions in PostgreSQL: what was spent survives a restart, and several nodes share one cap. */
public final class CanaryStore implements CanaryLedger {
    private static final Duration DAY = Duration.ofDays(1);
    // Any number of our own: it keeps two nodes from reserving for one canary at once.
    private static final int LOCKS = 0x63616e61;
    // What was paid, or could be; of one nonce the dearest, because only one of its transactions can be mined. What is
    // not mined
    // yet counts whatever its age.
    private static final String SPENT = """
            SELECT coalesce(sum(dearest), 0)
              FROM (SELECT max(coalesce(cost, most)) AS dearest
                      FROM canary_transaction
                     WHERE canary = :canary AND (at > :since OR state = 'SENT') AND nonce <> :besides
                     GROUP BY nonce) AS by_nonce
            """;
    private static final BigDecimal NO_NONCE = BigDecimal.ONE.negate();

    private final Jdbi jdbi;

    public CanaryStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Sent> outstanding(TargetId canary) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT nonce, hash, raw, at, most FROM canary_transaction
                         WHERE canary = :canary AND state = 'SENT' ORDER BY nonce LIMIT 1
                        """)
                .bind("canary", canary.value())
                .map((rs, context) -> new Sent(
                        rs.getBigDecimal("nonce").toBigIntegerExact(),
                        rs.getString("hash"),
                        rs.getString("raw"),
                        rs.getTimestamp("at").toInstant(),
                        rs.getBigDecimal("most").toBigIntegerExact()))
                .findOne());
    }

    @Override
    public boolean reserve(TargetId canary, Sent sent, BigInteger cap) {
        return jdbi.inTransaction(handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(?, hashtext(?))", LOCKS, canary.value());
            BigDecimal nonce = new BigDecimal(sent.nonce());
            BigDecimal before = spent(handle, canary, sent.at().minus(DAY), nonce);
            BigDecimal same = handle.createQuery("""
                            SELECT coalesce(max(coalesce(cost, most)), 0) FROM canary_transaction
                             WHERE canary = :canary AND nonce = :nonce
                            """)
                    .bind("canary", canary.value())
                    .bind("nonce", nonce)
                    .mapTo(BigDecimal.class)
                    .one();
            BigDecimal dearest = same.max(new BigDecimal(sent.most()));
            if (before.add(dearest).compareTo(new BigDecimal(cap)) > 0) {
                return false;
            }
            // The same again, as when nothing has changed since the RPC refused it, is one transaction.
            handle.createUpdate("""
                            INSERT INTO canary_transaction (canary, hash, nonce, raw, at, most, state)
                            VALUES (:canary, :hash, :nonce, :raw, :at, :most, 'SENT')
                            ON CONFLICT (canary, hash) DO UPDATE SET at = excluded.at, state = 'SENT'
                            """)
                    .bind("canary", canary.value())
                    .bind("hash", sent.hash())
                    .bind("nonce", nonce)
                    .bind("raw", sent.raw())
                    .bind("at", Timestamp.from(sent.at()))
                    .bind("most", new BigDecimal(sent.most()))
                    .execute();
            // Nobody asks for what is older; a month is kept for people.
            handle.createUpdate(
                            "DELETE FROM canary_transaction WHERE canary = :canary AND at < :old AND state <> 'SENT'")
                    .bind("canary", canary.value())
                    .bind("old", Timestamp.from(sent.at().minus(Duration.ofDays(30))))
                    .execute();
            return true;
        });
    }

    @Override
    public void end(TargetId canary, String hash, End end, Optional<BigInteger> cost) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE canary_transaction SET state = :state, cost = :cost
                         WHERE canary = :canary AND hash = :hash
                        """)
                .bind("canary", canary.value())
                .bind("hash", hash)
                .bind("state", end.name())
                .bind("cost", cost.map(BigDecimal::new).orElse(null))
                .execute());
    }

    @Override
    public BigInteger spent(TargetId canary, Instant since) {
        return jdbi.withHandle(handle -> spent(handle, canary, since, NO_NONCE)).toBigIntegerExact();
    }

    private static BigDecimal spent(Handle handle, TargetId canary, Instant since, BigDecimal besides) {
        return handle.createQuery(SPENT)
                .bind("canary", canary.value())
                .bind("since", Timestamp.from(since))
                .bind("besides", besides)
                .mapTo(BigDecimal.class)
                .one();
    }
}
