package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jackson.Jackson;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.SeriesState;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointsIT {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final ObjectMapper JSON = Jackson.newObjectMapper();
    private static final Jdbi JDBI = SharedStores.get().database("checkpoints");

    private final Checkpoints checkpoints = new Checkpoints(JSON);

    @BeforeEach
    void empty() {
        JDBI.useHandle(handle -> handle.execute("TRUNCATE checkpoint_journal, detector_checkpoint"));
    }

    @Test
    void whatWasSavedLastIsLoadedFoldedOrNot() {
        SeriesState first = states("a", 0).get(0);
        SeriesState second = states("a", 0, 1).get(0);
        SeriesState other = states("b", 0).get(0);
        save(first, other);
        assertThat(checkpoints.load(JDBI)).containsExactlyInAnyOrder(first, other);

        assertThat(checkpoints.fold(JDBI)).isEqualTo(1);
        assertThat(checkpoints.load(JDBI)).containsExactlyInAnyOrder(first, other);

        save(second);
        assertThat(checkpoints.load(JDBI)).containsExactlyInAnyOrder(second, other);
        assertThat(checkpoints.fold(JDBI)).isEqualTo(1);
        assertThat(checkpoints.load(JDBI)).containsExactlyInAnyOrder(second, other);
        assertThat(count("checkpoint_journal")).isZero();
        assertThat(count("detector_checkpoint")).isEqualTo(2);
    }

    @Test
    void anOlderStateThatComesLateChangesNothing() {
        SeriesState older = states("a", 0).get(0);
        SeriesState newer = states("a", 0, 1, 2).get(0);
        save(newer);
        checkpoints.fold(JDBI);
        save(older);

        assertThat(checkpoints.load(JDBI)).containsExactly(newer);
        checkpoints.fold(JDBI);
        assertThat(checkpoints.load(JDBI)).containsExactly(newer);
    }

    @Test
    void aLongJournalIsFoldedToItsEnd() {
        for (int i = 0; i < 250; i++) {
            save(states("a", i).get(0));
        }
        assertThat(checkpoints.fold(JDBI)).isEqualTo(250);
        assertThat(checkpoints.load(JDBI)).containsExactly(states("a", 249).get(0));
    }

    @Test
    void whatIsRolledBackIsNotThere() {
        JDBI.useHandle(handle -> {
            handle.begin();
            checkpoints.save(handle, states("a", 0));
            handle.rollback();
        });
        assertThat(checkpoints.load(JDBI)).isEmpty();
    }

    private void save(SeriesState... states) {
        JDBI.useTransaction(handle -> checkpoints.save(handle, List.of(states)));
    }

    private static long count(String table) {
        return JDBI.withHandle(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    /** The state of one series after a run in each of {@code seconds}. */
    private static List<SeriesState> states(String target, int... seconds) {
        Target of = new Target(
                new TargetId(target),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                SecretUrl.parse("http://127.0.0.1:1"),
                Optional.empty(),
                Map.of(),
                Map.of());
        Fleet fleet = Fleet.of(List.of());
        Fleet.Batch batch = fleet.apply(Arrays.stream(seconds)
                .mapToObj(second -> {
                    Instant slot = NOON.plusSeconds(second);
                    return Observation.of(
                            new ProbeId("http"),
                            of,
                            new Vantage("here"),
                            slot,
                            slot,
                            slot.plus(Duration.ofMillis(5)),
                            Finding.of(Outcome.ok()));
                })
                .toList());
        return List.copyOf(batch.changed());
    }
}
