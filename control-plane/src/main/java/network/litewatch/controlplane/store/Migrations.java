package network.litewatch.controlplane.store;

import io.dropwizard.db.DataSourceFactory;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

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

    /** {@code database} without its deadline for an answer: a migration takes as long as it takes. */
    public static DataSource patient(DataSourceFactory database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.getUrl());
        source.setUser(database.getUser());
        source.setPassword(database.getPassword());
        database.getProperties().forEach((name, value) -> set(source, name, value));
        source.setSocketTimeout(0);
        return source;
    }

    private static void set(PGSimpleDataSource source, String name, String value) {
        try {
            source.setProperty(name, value);
        } catch (SQLException e) {
            throw new IllegalArgumentException("database.properties." + name + ": " + e.getMessage(), e);
        }
    }

    /** When the database was first brought to a schema of ours: what it knows began then. Throws what the database throws. */
    public static Instant began(Jdbi jdbi) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT min(installed_on)::timestamptz FROM flyway_schema_history")
                        .mapTo(Instant.class)
                        .one());
    }
}
