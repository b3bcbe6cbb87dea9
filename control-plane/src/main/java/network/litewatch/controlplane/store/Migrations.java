package network.litewatch.controlplane.store;

import java.time.Instant;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** Brings a database to the schema of this version. */
public final class Migrations {
    private Migrations() {}

    /** Applies what is missing; several nodes may start at once. Throws Flyway's exception, which names the script. */
    public static void migrate(DataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    /** When the database was first brought to a schema of ours: what it knows began then. Throws what the database throws. */
    public static Instant began(Jdbi jdbi) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT min(installed_on)::timestamptz FROM flyway_schema_history")
                        .mapTo(Instant.class)
                        .one());
    }
}
