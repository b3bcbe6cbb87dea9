package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.controlplane.assess.SeriesState;
import network.litewatch.controlplane.ingest.GzipLines;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detector states, read once at start. A batch appends what it changed to a journal, as one row: writing each state to its own row
 * every time took the database more than all else that it is asked. {@link #fold} keeps the journal short.
 *
 * <p>Thread-safe. Of two states of one series the later one counts, whatever the order in which they are folded.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int ROWS_AT_ONCE = 100;
    // Any number that no other advisory lock of the service has: "litefold" in ASCII.
    private static final long FOLDING = 0x6c697465666f6c64L;
    private static final String READ_JOURNAL = "SELECT id, states FROM checkpoint_journal ORDER BY id";

    private final ObjectMapper json;

    public Checkpoints(ObjectMapper json) {
        this.json = json;
    }

    private record Row(long id, List<String> states) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(row.getLong("id"), GzipLines.unpack(row.getBytes("states")));
        }
    }

    /** Appends {@code states} to the journal in the transaction of {@code handle}. */
    public void save(Handle handle, Collection<SeriesState> states) {
        if (states.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO checkpoint_journal (states) VALUES (:states)")
                .bind(
                        "states",
                        GzipLines.pack(states.stream()
                                .map(state -> Line.of(state, write(state)).text())
                                .toList()))
                .execute();
    }

    /**
     * Moves the journal into the table; returns how many of its rows that were. Of several nodes one does it at a time: of two
     * states of one slot the later row is right, and only who sees all rows in order knows which that is.
     */
    public int fold(Jdbi jdbi) {
        int all = 0;
        int some = -1;
        while (some != 0) {
            some = jdbi.inTransaction(this::foldSome);
            all += some;
        }
        return all;
    }

    /** All stored states. One that this version cannot read is left out and logged: its series starts anew. */
    public List<SeriesState> load(Jdbi jdbi) {
        // One moment for both tables: a row that is folded meanwhile would be in neither, or in both.
        return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Map<List<String>, Line> latest = new LinkedHashMap<>();
            handle.createQuery("SELECT probe, target, vantage, at, state::text FROM detector_checkpoint")
                    .map((rs, context) -> new Line(
                            rs.getString("probe"),
                            rs.getString("target"),
                            rs.getString("vantage"),
                            rs.getTimestamp("at").toInstant(),
                            rs.getString("state")))
                    .forEach(line -> latest.merge(line.key(), line, Line::later));
            handle.createQuery(READ_JOURNAL).map((rs, context) -> Row.of(rs)).forEach(row -> merge(latest, row));
            return latest.values().stream()
                    .flatMap(line -> read(line.state()).stream())
                    .toList();
        });
    }

    private int foldSome(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(?)", FOLDING);
        List<Row> rows = handle.createQuery(READ_JOURNAL + " LIMIT :limit")
                .bind("limit", ROWS_AT_ONCE)
                .map((rs, context) -> Row.of(rs))
                .list();
        if (rows.isEmpty()) {
            return 0;
        }
        Map<List<String>, Line> latest = new LinkedHashMap<>();
        rows.forEach(row -> merge(latest, row));
        upsert(handle, latest.values());
        handle.createUpdate("DELETE FROM checkpoint_journal WHERE id = ANY(:ids)")
                .bindArray("ids", Long.class, rows.stream().map(Row::id).toList())
                .execute();
        return rows.size();
    }

    private static void upsert(Handle handle, Collection<Line> lines) {
        handle.createUpdate("""
                        INSERT INTO detector_checkpoint (probe, target, vantage, state, at)
                        SELECT * FROM unnest(:probes, :targets, :vantages, :states::jsonb[], :ats::timestamptz[])
                         ORDER BY 1, 2, 3
                        ON CONFLICT (probe, target, vantage) DO UPDATE SET state = excluded.state, at = excluded.at
                         WHERE detector_checkpoint.at <= excluded.at
                        """)
                .bindArray("probes", String.class, texts(lines, Line::probe))
                .bindArray("targets", String.class, texts(lines, Line::target))
                .bindArray("vantages", String.class, texts(lines, Line::vantage))
                .bindArray("states", String.class, texts(lines, Line::state))
                .bindArray("ats", String.class, texts(lines, line -> line.at().toString()))
                .execute();
    }

    private static void merge(Map<List<String>, Line> latest, Row row) {
        for (String text : row.states()) {
            Line line = Line.parse(text);
            latest.merge(line.key(), line, Line::later);
        }
    }

    private static List<String> texts(Collection<Line> lines, Function<Line, String> text) {
        return lines.stream().map(text).toList();
    }

    private Optional<SeriesState> read(String state) {
        try {
            return Optional.of(json.readValue(state, SeriesState.class));
        } catch (JsonProcessingException e) {
            LOG.warn("checkpoint of another version left out: {}", e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private String write(SeriesState state) {
        try {
            return json.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a state of our own cannot be written", e);
        }
    }

    /**
     * A state in the journal: what identifies it, apart from the state, so that folding need not understand that.
     *
     * @param at slot of the newest run that the state has seen
     */
    private record Line(String probe, String target, String vantage, Instant at, String state) {
        private static final Splitter FIELDS = Splitter.on('\t').limit(5);

        static Line of(SeriesState state, String json) {
            return new Line(
                    state.key().probe().value(),
                    state.key().target().value(),
                    state.key().vantage().value(),
                    // A series that was left alone before its first run has no slot, and the database no such time.
                    state.lastSlot().isBefore(Instant.EPOCH) ? Instant.EPOCH : state.lastSlot(),
                    json);
        }

        static Line parse(String text) {
            List<String> fields = FIELDS.splitToList(text);
            return new Line(fields.get(0), fields.get(1), fields.get(2), Instant.parse(fields.get(3)), fields.get(4));
        }

        /** No name has a tab, and JSON has none but within its strings, where it is escaped. */
        String text() {
            return String.join("\t", probe, target, vantage, at.toString(), state);
        }

        List<String> key() {
            return List.of(probe, target, vantage);
        }

        static Line later(Line one, Line other) {
            return other.at().isBefore(one.at()) ? one : other;
        }
    }
}
