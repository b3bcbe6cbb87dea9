package network.litewatch.controlplane.ingest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** What the database acknowledged, kept by a trigger of the test's own, so that the service cannot grade itself. */
public final class Acknowledged {
    private Acknowledged() {}

    /** From here on every outbox row is remembered, also when the shipper deletes it. */
    public static void record(Jdbi jdbi) {
        jdbi.useHandle(handle -> handle.execute("""
                CREATE TABLE acknowledged (payload bytea NOT NULL);
                CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO acknowledged VALUES (NEW.payload); RETURN NEW; END $$;
                CREATE TRIGGER remember AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION remember();
                """));
    }

    /** {@code index/id} of every acknowledged document. */
    public static Set<String> ids(Jdbi jdbi) {
        List<byte[]> payloads = jdbi.withHandle(handle -> handle.createQuery("SELECT payload FROM acknowledged")
                .mapTo(byte[].class)
                .list());
        Set<String> ids = new HashSet<>();
        payloads.forEach(payload -> OutboxPayload.unpack(payload).forEach(d -> ids.add(d.index() + "/" + d.id())));
        return ids;
    }
}
