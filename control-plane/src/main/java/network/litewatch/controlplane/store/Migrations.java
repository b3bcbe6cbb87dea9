package network.litewatch.controlplane.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

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
}
