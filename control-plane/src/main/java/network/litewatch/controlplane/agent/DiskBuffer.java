package network.litewatch.controlplane.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Observations on disk until they are delivered, in one SQLite file: a transaction is synced before {@link #add} returns, and what a
 * crash tore is rolled back when it is opened again. Bounded: what does not fit is refused and counted, what was accepted is never
 * given up for what is newer. A record that the disk changed is set aside; a file that it broke is read as far as it goes. Thread-safe.
 */
public final class DiskBuffer implements AutoCloseable {
    /** Space that is left to others on the disk. */
    static final long HEADROOM = 64L << 20;

    /** Most bytes of one record. */
    static final int MAX_RECORD = 256 << 10;

    private static final int PAGE = 4096;
    private static final String FILE = "buffer.db";

    private final Path folder;
    private final long maxBytes;
    private final Disk disk;
    private final Connection connection;
    private long rows;
    private long bytes;

    /** A record, and when it was accepted. */
    public record Row(long id, Instant at, String json) {}

    /** What is in it, with the age of the oldest record as the time at which it was accepted. */
    public record Content(long rows, long bytes, Optional<Instant> oldest) {}

    /** A record that the control plane does not want, and why. */
    public record Refused(long id, String reason) {}

    /** What is left on the disk that a folder lies on, in bytes. */
    interface Disk {
        long usable(Path folder) throws IOException;
    }

    private DiskBuffer(Path folder, long maxBytes, Disk disk, Connection connection) throws SQLException {
        this.folder = folder;
        this.disk = disk;
        this.maxBytes = maxBytes;
        this.connection = connection;
        try (Statement s = connection.createStatement()) {
            s.execute("PRAGMA journal_mode=WAL");
            // Synced at each commit: an accepted record survives the loss of power, not only of the process.
            s.execute("PRAGMA synchronous=FULL");
            s.execute("PRAGMA journal_size_limit=4194304");
            // Pages of deleted records are used again; this is the end should our own count be wrong.
            s.execute("PRAGMA max_page_count=" + Math.max(1_000, maxBytes * 2 / PAGE));
            s.execute(
                    "CREATE TABLE IF NOT EXISTS seen"
                            + " (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, crc INTEGER NOT NULL, json TEXT NOT NULL)");
            s.execute(
                    "CREATE TABLE IF NOT EXISTS refused"
                            + " (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, reason TEXT NOT NULL, json TEXT NOT NULL)");
            s.execute("CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
        }
        connection.setAutoCommit(false);
        count();
    }

    /**
     * Opens or makes the buffer in {@code folder}, which belongs to this process alone. Tells {@code log} what was broken and how
     * much of it could be read. Throws when the folder cannot be used.
     */
    public static DiskBuffer open(Path folder, long maxBytes, Instant now, Consumer<String> log) throws IOException {
        return open(folder, maxBytes, now, log, at -> Files.getFileStore(at).getUsableSpace());
    }

    /** As above, on {@code disk}. */
    static DiskBuffer open(Path folder, long maxBytes, Instant now, Consumer<String> log, Disk disk)
            throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file) || isWhole(file)) {
                return new DiskBuffer(folder, maxBytes, disk, connect(file));
            }
            Path broken = folder.resolve(FILE + ".damaged-" + now.toEpochMilli());
            for (String part : List.of("", "-wal", "-shm")) {
                Path from = folder.resolve(FILE + part);
                if (Files.exists(from)) {
                    Files.move(from, folder.resolve(broken.getFileName() + part), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            DiskBuffer fresh = new DiskBuffer(folder, maxBytes, disk, connect(file));
            Map<Long, Row> saved = Salvage.read(broken);
            int kept = fresh.add(List.copyOf(saved.values())).size();
            fresh.drop("damaged", 1);
            log.accept("the buffer was damaged: " + kept
                    + " observations could be read and are kept; what could not is in " + broken);
            return fresh;
        } catch (SQLException e) {
            throw new IOException("the buffer in " + folder + " cannot be opened: " + e.getMessage(), e);
        }
    }

    static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static boolean isWhole(Path file) {
        try (Connection connection = connect(file);
                Statement s = connection.createStatement();
                ResultSet answer = s.executeQuery("PRAGMA quick_check(1)")) {
            return answer.next() && "ok".equals(answer.getString(1));
        } catch (SQLException damaged) {
            return false;
        }
    }

    /**
     * Accepts the first of {@code records} that fit, and says which: when it returns they are on the disk. Those that do not fit are
     * counted as dropped. Throws, with nothing accepted, when the disk cannot be written; then the caller may count and go on.
     */
    public synchronized List<Row> add(List<Row> records) throws IOException {
        List<Row> accepted = new ArrayList<>();
        Map<String, Integer> dropped = new TreeMap<>();
        long added = 0;
        boolean room = disk.usable(folder) > HEADROOM;
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO seen (at, crc, json) VALUES (?, ?, ?)")) {
            for (Row row : records) {
                byte[] text = row.json().getBytes(StandardCharsets.UTF_8);
                if (text.length > MAX_RECORD) {
                    dropped.merge("too_large", 1, Integer::sum);
                } else if (!room) {
                    dropped.merge("disk_full", 1, Integer::sum);
                } else if (bytes + added + text.length > maxBytes) {
                    dropped.merge("buffer_full", 1, Integer::sum);
                } else {
                    insert.setLong(1, row.at().toEpochMilli());
                    insert.setLong(2, crc(text));
                    insert.setString(3, row.json());
                    insert.execute();
                    added += text.length;
                    accepted.add(row);
                }
            }
            for (Map.Entry<String, Integer> one : dropped.entrySet()) {
                increment("dropped." + one.getKey(), one.getValue());
            }
            increment("accepted", accepted.size());
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
        rows += accepted.size();
        bytes += added;
        return accepted;
    }

    /** Counts {@code count} observations that were lost for {@code reason} before they came here. */
    public synchronized void drop(String reason, int count) throws IOException {
        try {
            increment("dropped." + reason, count);
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    /** Up to {@code limit} records of at most {@code most} bytes, the newest there are, oldest of them first. */
    public synchronized List<Row> newest(int limit, long most) throws IOException {
        List<Row> found = new ArrayList<>();
        List<Refused> damaged = new ArrayList<>();
        long size = 0;
        try (PreparedStatement query =
                connection.prepareStatement("SELECT id, at, crc, json FROM seen ORDER BY id DESC LIMIT ?")) {
            query.setInt(1, limit);
            try (ResultSet rs = query.executeQuery()) {
                while (rs.next()) {
                    String json = rs.getString("json");
                    byte[] text = json.getBytes(StandardCharsets.UTF_8);
                    if (crc(text) != rs.getLong("crc")) {
                        damaged.add(new Refused(rs.getLong("id"), "damaged on the disk"));
                        continue;
                    }
                    size += text.length;
                    if (size > most && !found.isEmpty()) {
                        break;
                    }
                    found.add(0, new Row(rs.getLong("id"), Instant.ofEpochMilli(rs.getLong("at")), json));
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
        if (!damaged.isEmpty()) {
            settle(List.of(), damaged);
        }
        return found;
    }

    /** Forgets what was {@code delivered}, and sets what was {@code refused} aside, for people. */
    public synchronized void settle(Collection<Long> delivered, Collection<Refused> refused) throws IOException {
        try (PreparedStatement aside = connection.prepareStatement(
                        "INSERT INTO refused (at, reason, json) SELECT at, ?, json FROM seen WHERE id = ?");
                PreparedStatement delete = connection.prepareStatement("DELETE FROM seen WHERE id = ?")) {
            for (Refused one : refused) {
                aside.setString(1, one.reason());
                aside.setLong(2, one.id());
                aside.execute();
                delete.setLong(1, one.id());
                delete.execute();
            }
            for (Long id : delivered) {
                delete.setLong(1, id);
                delete.execute();
            }
            // The last thousand tell people enough.
            try (Statement s = connection.createStatement()) {
                s.execute("DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - 1000");
            }
            increment("delivered", delivered.size());
            increment("dropped.refused", refused.size());
            connection.commit();
            count();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    /** What is in it now. */
    public synchronized Content content() throws IOException {
        try (Statement s = connection.createStatement();
                ResultSet rs = s.executeQuery("SELECT at FROM seen ORDER BY id LIMIT 1")) {
            Optional<Instant> oldest = rs.next() ? Optional.of(Instant.ofEpochMilli(rs.getLong(1))) : Optional.empty();
            return new Content(rows, bytes, oldest);
        } catch (SQLException e) {
            throw new IOException("the buffer cannot be read: " + e.getMessage(), e);
        }
    }

    /** Counts since the buffer was made: accepted, delivered, and dropped.REASON. */
    public synchronized Map<String, Long> counters() throws IOException {
        try (Statement s = connection.createStatement();
                ResultSet rs = s.executeQuery("SELECT name, value FROM counter")) {
            Map<String, Long> counters = new TreeMap<>();
            while (rs.next()) {
                counters.put(rs.getString(1), rs.getLong(2));
            }
            return counters;
        } catch (SQLException e) {
            throw new IOException("the buffer cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the buffer cannot be closed: " + e.getMessage(), e);
        }
    }

    /** From what is there, never from what was remembered: a count that drifts would fill the buffer or the disk. */
    private void count() throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet rs =
                        s.executeQuery("SELECT count(*), coalesce(sum(length(CAST(json AS BLOB))), 0) FROM seen")) {
            rs.next();
            rows = rs.getLong(1);
            bytes = rs.getLong(2);
        }
        connection.commit();
    }

    private void increment(String name, int by) throws SQLException {
        if (by == 0) {
            return;
        }
        try (PreparedStatement s = connection.prepareStatement(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value")) {
            s.setString(1, name);
            s.setInt(2, by);
            s.execute();
        }
    }

    private IOException rolledBack(SQLException e) {
        try {
            connection.rollback();
        } catch (SQLException more) {
            e.addSuppressed(more);
        }
        return new IOException("the buffer in " + folder + " cannot be used: " + e.getMessage(), e);
    }

    static long crc(byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(text);
        return crc.getValue();
    }
}
