package network.litewatch.controlplane.agent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Reads what can be read of a broken buffer: from both ends up to where it breaks. */
final class Salvage {
    private Salvage() {}

    static Map<Long, DiskBuffer.Row> read(Path broken) {
        Map<Long, DiskBuffer.Row> rows = new TreeMap<>();
        read(broken, "ASC", rows);
        read(broken, "DESC", rows);
        return rows;
    }

    private static void read(Path broken, String order, Map<Long, DiskBuffer.Row> rows) {
        try (Connection connection = DiskBuffer.connect(broken);
                Statement s = connection.createStatement();
                ResultSet rs = s.executeQuery("SELECT id, at, crc, json FROM seen ORDER BY id " + order)) {
            while (rs.next()) {
                String json = rs.getString("json");
                if (json != null && DiskBuffer.crc(json.getBytes(StandardCharsets.UTF_8)) == rs.getLong("crc")) {
                    rows.put(
                            rs.getLong("id"),
                            new DiskBuffer.Row(rs.getLong("id"), Instant.ofEpochMilli(rs.getLong("at")), json));
                }
            }
        } catch (SQLException end) {
            // Here it breaks; what came before is kept.
            return;
        }
    }
}
