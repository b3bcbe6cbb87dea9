package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.fault.FaultInjector;
import network.litewatch.fault.FaultProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real PostgreSQL behind a wire that carries nothing for a while, asked with what ships. */
class FrozenDatabaseIT {
    private static final URI POSTGRES = URI.create(SharedStores.get().jdbcUrl().substring("jdbc:".length()));

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nobodyWaitsForADatabaseThatSaysNothingAndAllGoOnWhenItSpeaks() throws Exception {
        try (FaultProxy wire = new FaultProxy(0, new InetSocketAddress(POSTGRES.getHost(), POSTGRES.getPort()))) {
            DataSourceFactory shipped = shipped(wire.port());
            // One that answered a moment ago is not asked again, and a test is quicker than that moment.
            shipped.setValidationInterval(io.dropwizard.util.Duration.milliseconds(0));
            ManagedDataSource source = shipped.build(new MetricRegistry(), "frozen");
            try (Connection asking = source.getConnection()) {
                source.getConnection().close();
                FaultInjector.FaultHandle silence = wire.injector("tcp.blackhole")
                        .inject(JsonNodeFactory.instance.objectNode(), Duration.ofMinutes(10));

                // At once, so that the test takes the longest of them and not their sum.
                CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> ask(asking));
                CompletableFuture<String> borrowed = CompletableFuture.supplyAsync(() -> borrow(source));
                assertThatThrownBy(borrowed::get).isInstanceOf(ExecutionException.class);
                assertThat(asked)
                        .as("a question that was under way has more time")
                        .isNotDone();
                assertThatThrownBy(asked::get).isInstanceOf(ExecutionException.class);

                silence.undo();
            }
            assertThat(borrow(source)).isEqualTo("1");
            source.stop();
        }
    }

    @Test
    void aMigrationMayTakeAsLongAsItTakes() throws Exception {
        DataSourceFactory shipped = shipped(POSTGRES.getPort());
        shipped.getProperties().put("socketTimeout", "1");
        shipped.getProperties().put("ApplicationName", "litewatch-here");

        try (Connection connection = Migrations.patient(shipped).getConnection()) {
            assertThat(connection.getNetworkTimeout()).isZero();
            assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("litewatch-here");
        }
    }

    private static DataSourceFactory shipped(int port) throws IOException {
        ObjectNode database = (ObjectNode) new YAMLMapper()
                .readTree(Path.of("config/litewatch.yml").toFile())
                .path("database");
        database.put("url", "jdbc:postgresql://127.0.0.1:" + port + POSTGRES.getPath());
        database.put("user", "postgres").put("password", "");
        return Jackson.newObjectMapper().treeToValue(database, DataSourceFactory.class);
    }

    private static String borrow(ManagedDataSource source) {
        try (Connection connection = source.getConnection()) {
            return ask(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ask(Connection connection) {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT 1")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
