package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jackson.Jackson;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.drill.Verdict;
import network.litewatch.controlplane.embedded.SharedStores;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class DrillStoreIT {
    private static final Jdbi JDBI = SharedStores.get().database("drills");
    private static final ObjectMapper JSON = Jackson.newObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Blast BLAST = new Blast(Set.of("rpc-b"), Set.of("rpc-b", "lab-indexer"), "lab/rpc");

    private final DrillStore store = new DrillStore(JDBI, JSON);

    @Test
    void aRunIsReadBackAsItWasWritten() {
        DrillRun run = closed("kept");
        JDBI.useTransaction(handle -> store.add(handle, run, BLAST, "ann", NOW));

        assertThat(store.find("kept")).contains(run);
    }

    @Test
    void itIsKnownWhatIsOpenAndWhenADrillWasLastPlanned() {
        plan("opened");

        assertThat(store.open()).contains("opened");
        assertThat(store.lastPlanned(store.find("opened").orElseThrow().drill().id()))
                .isPresent();
        assertThat(store.lastPlanned("never-run")).isEmpty();
    }

    @Test
    void whyADueDrillWasNotBegunIsOneRowADayAndReason() {
        DrillSkips skips = new DrillSkips(JDBI);

        assertThat(skips.note("freeze", "a drill is running", NOW)).isTrue();
        assertThat(skips.note("freeze", "a drill is running", NOW.plusSeconds(60)))
                .isFalse();
        assertThat(skips.note("freeze", "work is announced", NOW.plusSeconds(60)))
                .isTrue();
        assertThat(skips.note("freeze", "a drill is running", NOW.plusSeconds(86_400)))
                .isTrue();

        assertThat(skips.list(10, 0))
                .extracting(DrillSkips.Skip::reason, DrillSkips.Skip::times)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a drill is running", 1),
                        org.assertj.core.groups.Tuple.tuple("a drill is running", 2),
                        org.assertj.core.groups.Tuple.tuple("work is announced", 1));
        assertThat(skips.note("freeze", "later", NOW.plus(Duration.ofDays(100))))
                .isTrue();
        assertThat(skips.list(10, 0)).hasSize(1);
    }

    @Test
    void whatIsNobodysIsTakenAndAnothersOnlyWhenItsLeaseIsPast() {
        plan("taken");

        assertThat(ids(store.adopt("one", NOW, LEASE))).contains("taken");
        assertThat(ids(store.adopt("two", NOW.plusSeconds(14), LEASE))).doesNotContain("taken");
        assertThat(ids(store.adopt("two", NOW.plusSeconds(16), LEASE))).contains("taken");
        assertThat(ids(store.owned("one"))).doesNotContain("taken");
    }

    @Test
    void whoeverLostARunCanWriteNothingOfItAnyMore() {
        plan("fenced");
        DrillStore.Held one = held(store.adopt("one", NOW, LEASE), "fenced");
        DrillStore.Held two = held(store.adopt("two", NOW.plusSeconds(60), LEASE), "fenced");
        DrillRun ended = one.run().aborted("by one", NOW);

        assertThat(save(one, ended)).isFalse();
        assertThat(store.find("fenced").orElseThrow().state()).isEqualTo(State.PLANNED);
        assertThat(save(two, two.run().aborted("by two", NOW))).isTrue();
        assertThat(store.find("fenced").orElseThrow().why()).isEqualTo("by two");
    }

    @Test
    void whatIsMarkedIsKnownUntilItIsLongOver() {
        DrillRun run = closed("marked");
        plan("marked");
        assertThat(save(held(store.adopt("marker", NOW, LEASE), "marked"), run)).isTrue();

        Instant until = run.markedUntil().orElseThrow();
        assertThat(store.marked(until.minusSeconds(1)))
                .filteredOn(mark -> mark.run().equals("marked"))
                .singleElement()
                .isEqualTo(
                        new DrillStore.Marked("marked", BLAST, run.markedFrom().orElseThrow(), Optional.of(until)));
        assertThat(store.marked(until.plusSeconds(1)))
                .noneMatch(mark -> mark.run().equals("marked"));
    }

    @Test
    void anAbortIsForOpenRunsOnly() {
        plan("to-abort");
        assertThat((boolean) JDBI.inTransaction(handle -> store.wantAbort(handle, "to-abort", "by ann")))
                .isTrue();
        DrillStore.Held held = held(store.adopt("aborter", NOW, LEASE), "to-abort");
        assertThat(held.abortWanted()).isEqualTo("by ann");
        assertThat(save(held, held.run().aborted("by ann", NOW))).isTrue();
        assertThat((boolean) JDBI.inTransaction(handle -> store.wantAbort(handle, "to-abort", "again")))
                .isFalse();
        assertThat((boolean) JDBI.inTransaction(handle -> store.wantAbort(handle, "nowhere", "by ann")))
                .isFalse();
    }

    private void plan(String id) {
        JDBI.useTransaction(
                handle -> store.add(handle, DrillRun.planned(id, drill(), Mode.FAULT, NOW), BLAST, "ann", NOW));
    }

    private boolean save(DrillStore.Held held, DrillRun run) {
        return JDBI.inTransaction(handle -> store.save(handle, held, run, NOW.plusSeconds(120)));
    }

    private static DrillStore.Held held(List<DrillStore.Held> list, String id) {
        return list.stream()
                .filter(held -> held.run().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(List<DrillStore.Held> list) {
        return list.stream().map(held -> held.run().id()).toList();
    }

    /** A run that was injected and ended by somebody. */
    private static DrillRun closed(String id) {
        DrillRun run = DrillRun.planned(id, drill(), Mode.FAULT, NOW);
        Instant now = NOW;
        while (run.state() != State.INJECTING) {
            now = now.plusSeconds(1);
            run = run.step(new Sight(now, List.of("rpc-b"), List.of(), Map.of(), List.of(), List.of(), true))
                    .run();
        }
        run = run.injected("f-1", now.plusSeconds(60), now)
                .aborted("somebody said so", now)
                .rolledBack(now);
        while (!run.isOver()) {
            now = now.plusSeconds(1);
            run = run.step(new Sight(now, List.of("rpc-b"), List.of(), Map.of(), List.of(), List.of(), true))
                    .run();
        }
        assertThat(run.verdict()).isEqualTo(Verdict.ABORTED);
        return run;
    }

    private static Drill drill() {
        Drill.Steady steady = new Drill.Steady(Duration.ofSeconds(2), Duration.ofSeconds(30), List.of());
        return new Drill(
                "freeze",
                Path.of("rpc-head-stalled").toString(),
                new Drill.AlertName("Stalled", Map.of("target", "rpc-b")),
                Drill.Tier.CI,
                Optional.empty(),
                new Drill.Targets(Map.of("network", "lab", "target", "rpc-b"), 1, Set.of(), false),
                steady,
                steady,
                new Drill.Fault("rpc.error", "rpc-b", Map.of("message", "no"), Duration.ofSeconds(60)),
                List.of(),
                List.of(new Drill.Expectation(
                        new Drill.AlertName("Stalled", Map.of()),
                        "critical",
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(20),
                        1,
                        true)),
                Set.of(),
                Set.of(),
                new Drill.Limits(Optional.of("critical"), Duration.ofMinutes(5)),
                Optional.empty());
    }
}
