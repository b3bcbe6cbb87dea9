package network.litewatch.controlplane.embedded;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import network.litewatch.controlplane.ingest.elastic.ElasticsearchSettings;
import network.litewatch.controlplane.store.Migrations;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL and a real Elasticsearch, started once per test JVM and stopped with it. */
public final class SharedStores {
    private static final SharedStores INSTANCE = new SharedStores();

    private final EmbeddedPostgreSql postgres;
    private final EmbeddedElasticsearch elasticsearch;
    private final ElasticsearchClient client;
    private final Path home;

    private SharedStores() {
        try {
            home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "stores-");
            postgres = EmbeddedPostgreSql.start(home.resolve("postgresql"), 0);
            elasticsearch = EmbeddedElasticsearch.start(
                    Path.of(Objects.requireNonNull(System.getProperty("litewatch.elasticsearch.zip"))),
                    home.resolve("elasticsearch"),
                    0);
            client = new ElasticsearchSettings(elasticsearch.url(), null, null, null, null, 0).connect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    public static SharedStores get() {
        return INSTANCE;
    }

    public String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    public String elasticsearchUrl() {
        return elasticsearch.url();
    }

    public ElasticsearchClient elasticsearch() {
        return client;
    }

    /** A migrated database of its own, named {@code name}; an old one of that name is dropped. */
    public Jdbi database(String name) {
        Jdbi admin = Jdbi.create(source("postgres"));
        admin.useHandle(handle -> {
            handle.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            handle.execute("CREATE DATABASE " + name);
        });
        PGSimpleDataSource source = source(name);
        Migrations.migrate(source);
        return Jdbi.create(source).installPlugin(new PostgresPlugin()).installPlugin(new SqlObjectPlugin());
    }

    public PGSimpleDataSource source(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(postgres.jdbcUrl().replace("/postgres", "/" + database));
        source.setUser("postgres");
        return source;
    }

    private void stop() {
        try {
            client._transport().close();
            elasticsearch.close();
            postgres.close();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the shared stores did not stop", e);
        }
    }
}
