package network.litewatch.controlplane.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");

    private final Selection changes = new Selection(o -> new Storing(false, Duration.ofMinutes(10)));

    @Test
    void whatEndsAsBeforeIsLeftOutButForASampleOfEachStretch() {
        List<Observation> day = new ArrayList<>();
        for (int second = 0; second < 86_400; second += 10) {
            day.add(run("a", second, Outcome.ok()));
        }

        assertThat(keep(day, Set.of())).hasSize(144).first().isEqualTo(day.get(0));
    }

    @Test
    void aChangeOfOutcomeOrReasonIsKeptAndSoIsTheWayBack() {
        List<Observation> runs = List.of(
                run("a", 0, Outcome.ok()),
                run("a", 1, Outcome.failed(Reason.TIMEOUT, "")),
                run("a", 2, Outcome.failed(Reason.TIMEOUT, "")),
                run("a", 3, Outcome.failed(Reason.CONNECTION_REFUSED, "")),
                run("a", 4, Outcome.ok()),
                run("a", 5, Outcome.ok()));

        assertThat(keep(runs, Set.of())).containsExactly(runs.get(0), runs.get(1), runs.get(3), runs.get(4));
    }

    @Test
    void targetsDoNotHideEachOther() {
        List<Observation> runs = List.of(
                run("a", 0, Outcome.ok()),
                run("b", 0, Outcome.failed(Reason.TIMEOUT, "")),
                run("a", 1, Outcome.ok()),
                run("b", 1, Outcome.failed(Reason.TIMEOUT, "")));

        assertThat(keep(runs, Set.of())).containsExactly(runs.get(0), runs.get(1));
    }

    @Test
    void whatAnAlertSpeaksOfIsKept() {
        keep(List.of(run("a", 0, Outcome.ok())), Set.of());
        Observation behind = run("a", 1, Outcome.ok());

        assertThat(keep(List.of(behind), Set.of(Selection.Subject.of(behind)))).containsExactly(behind);
    }

    @Test
    void aBatchThatWasNotCommittedIsChosenAgain() {
        List<Observation> first = List.of(run("a", 0, Outcome.ok()));

        assertThat(changes.of(first, Set.of()).kept()).hasSize(1);
        assertThat(changes.of(first, Set.of()).kept()).hasSize(1);
    }

    @Test
    void allIsAll() {
        Selection all = new Selection(o -> Storing.ALL);
        List<Observation> runs = List.of(run("a", 0, Outcome.ok()), run("a", 1, Outcome.ok()));

        assertThat(all.of(runs, Set.of()).kept()).isEqualTo(runs);
    }

    private List<Observation> keep(List<Observation> runs, Set<Selection.Subject> evidence) {
        Selection.Batch batch = changes.of(runs, evidence);
        changes.commit(batch);
        return batch.kept();
    }

    private static Observation run(String target, int second, Outcome outcome) {
        return new Observation(
                new ProbeId("http"),
                new TargetId(target),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                T0.plusSeconds(second),
                T0.plusSeconds(second),
                Duration.ofMillis(50),
                Finding.of(outcome));
    }
}
