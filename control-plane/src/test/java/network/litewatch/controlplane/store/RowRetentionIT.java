package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.util.Duration;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import network.litewatch.controlplane.embedded.SharedStores;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which rows a real PostgreSQL still has after the chore. */
class RowRetentionIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final RowAges AGES =
            new RowAges(Duration.days(10), Duration.days(20), Duration.days(30), Duration.days(40), Duration.days(50));

    private final Jdbi jdbi = SharedStores.get().database("row_retention");
    private final RowRetention retention = new RowRetention(jdbi, () -> NOW, AGES);

    @Test
    void onlyWhatIsPastItsAgeGoes() {
        for (int days : new int[] {9, 11, 19, 21, 29, 31, 39, 41}) {
            Timestamp at = Timestamp.from(NOW.minus(java.time.Duration.ofDays(days)));
            jdbi.useHandle(handle -> {
                handle.execute(
                        "INSERT INTO chain_range (network, bucket, from_block, to_block, events, digest, written_at)"
                                + " VALUES ('lab', ?, 0, 1, 0, 0, ?)",
                        days,
                        at);
                handle.execute(
                        "INSERT INTO dead_letter (created_at, index_name, document_id, document, error_type, error_reason)"
                                + " VALUES (?, 'i', 'd', '{}', 't', 'r')",
                        at);
                handle.execute(
                        "INSERT INTO detector_checkpoint (probe, target, vantage, state, at) VALUES ('p', ?, 'v', '{}', ?)",
                        "t" + days,
                        at);
            });
            incident("over" + days, at);
            silence(days, at);
        }
        incident("open", null);
        Timestamp old = Timestamp.from(NOW.minus(java.time.Duration.ofDays(400)));
        alert("ours", "resolved", old, null);
        alert("sent-firing", "firing", old, old);
        alert("sent", "resolved", old, old);

        assertThat(retention.run())
                .isEqualTo(Map.of(
                        "chain_range",
                        7,
                        "dead_letter",
                        5,
                        "incident",
                        3,
                        "alert",
                        1,
                        "silence",
                        3,
                        "detector_checkpoint",
                        1));
        assertThat(rows("SELECT bucket::text FROM chain_range")).containsExactly("9");
        assertThat(rows("SELECT group_key FROM incident"))
                .containsExactlyInAnyOrder("open", "over9", "over11", "over19", "over21", "over29");
        assertThat(retention.run()).as("a second run finds nothing").isEmpty();
    }

    @Test
    void moreRowsThanGoAtOnceAreDeletedAsWell() {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO chain_range (network, bucket, from_block, to_block, events, digest, written_at)"
                        + " SELECT 'many', n, n, n, 0, 0, ? FROM generate_series(1, 12000) n",
                Timestamp.from(NOW.minus(java.time.Duration.ofDays(11)))));

        assertThat(retention.run()).containsEntry("chain_range", 12_000);
    }

    @Test
    void anAgeOfLessThanADayIsRefused() {
        assertThatThrownBy(() -> new RowAges(Duration.hours(1), null, null, null, null))
                .hasMessageContaining("rows.chainRanges must be 1d or more");
        assertThat(RowAges.DEFAULT.deadLetters()).isEqualTo(Duration.days(30));
    }

    private java.util.List<String> rows(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }

    private void alert(String fingerprint, String state, Timestamp at, @Nullable Timestamp expires) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO alert (fingerprint, rule, network, state, document, starts_at, updated_at, expires_at)"
                        + " VALUES (?, 'r', 'lab', ?, '{}', ?, ?, ?)",
                fingerprint,
                state,
                at,
                at,
                expires));
    }

    private void incident(String key, @Nullable Timestamp closed) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO incident (id, group_key, service, network, failure, urgency, due_at, opened_at, closed_at)"
                        + " VALUES (?, ?, 'rpc', 'lab', 'f', 0, now(), now(), ?)",
                UUID.randomUUID(),
                key,
                closed));
    }

    private void silence(int days, Timestamp ended) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO silence (id, matchers, starts_at, ends_at, created_by, comment, updated_at)"
                        + " VALUES (?, '[]', ?::timestamptz - interval '1h', ?, 'ann', ?, now())",
                UUID.randomUUID(),
                ended,
                ended,
                "of " + days));
    }
}
