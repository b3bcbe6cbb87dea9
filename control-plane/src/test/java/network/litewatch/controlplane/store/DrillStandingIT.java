package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.jackson.Jackson;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Scenes;
import network.litewatch.controlplane.drill.Verdict;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.store.DrillStanding.Standing;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class DrillStandingIT {
    private static final Jdbi JDBI = SharedStores.get().database("drill_standing");
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Drill DRILL = Scenes.scheduled(
            "reorg", Drill.Tier.CI, new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of()));

    private final DrillStanding standing = new DrillStanding(JDBI);
    private int runs;

    @Test
    void aScheduleIsKnownFromTheFirstTimeOnAndAProofFromTheLastRunThatProved() {
        assertThat(standing.of(DRILL.id(), NOW)).isEqualTo(new Standing(NOW, Optional.empty(), Optional.empty()));

        ended(Mode.FAULT, "proved", 10);
        ended(Mode.FAULT, "not_fired", 20);
        ended(Mode.FAULT, "aborted", 25);
        ended(Mode.NULL, "rehearsed", 30);
        plan(Mode.FAULT);

        assertThat(standing.of(DRILL.id(), NOW.plusSeconds(60)))
                .isEqualTo(new Standing(NOW, Optional.of(NOW.plusSeconds(10)), Optional.of(Verdict.NOT_FIRED)));
        assertThat(standing.of("another", NOW.plusSeconds(60)))
                .isEqualTo(new Standing(NOW.plusSeconds(60), Optional.empty(), Optional.empty()));
    }

    private void ended(Mode mode, String verdict, int second) {
        String id = plan(mode);
        JDBI.useHandle(handle -> handle.execute(
                "UPDATE drill_run SET state = 'closed', verdict = ?, closed_at = ? WHERE id = ?",
                verdict,
                NOW.plusSeconds(second),
                id));
    }

    private String plan(Mode mode) {
        String id = "run-" + runs++;
        DrillStore store = new DrillStore(JDBI, Jackson.newObjectMapper());
        Blast blast = new Blast(Set.of("rpc-b"), Set.of("rpc-b"), "lab/rpc");
        JDBI.useTransaction(handle -> store.add(handle, DrillRun.planned(id, DRILL, mode, NOW), blast, "ann", NOW));
        return id;
    }
}
