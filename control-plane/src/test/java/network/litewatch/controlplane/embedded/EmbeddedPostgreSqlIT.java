package network.litewatch.controlplane.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgreSqlIT {
    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void whatIsCommittedOutlivesAPowerCut(String setting) {
        Jdbi database = Jdbi.create(SharedStores.get().source("postgres"));

        assertThat(database.<String, RuntimeException>withHandle(handle -> handle.createQuery("SHOW " + setting)
                        .mapTo(String.class)
                        .one()))
                .isEqualTo("on");
    }
}
