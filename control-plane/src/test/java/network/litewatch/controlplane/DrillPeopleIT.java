package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dropwizard.jackson.Jackson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Scenes;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.drill.Verdict;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.DrillStore;
import network.litewatch.controlplane.store.DrillSwitch;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do to runs, with PostgreSQL between them and the node that runs them. */
class DrillPeopleIT {
    private static final Jdbi JDBI = SharedStores.get().database("drill_people");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Actor ANN = new Actor("ann", "127.0.0.1");
    private static final Actor BEN = new Actor("ben", "127.0.0.1");
    private static final Drill PRODUCTION = Scenes.scheduled(
            "pull-the-plug", Drill.Tier.PRODUCTION, new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of()));

    private final InstantSource clock = InstantSource.system();
    private final DrillStore store = new DrillStore(JDBI, Jackson.newObjectMapper());
    private final AtomicInteger broken = new AtomicInteger();
    private final DrillDesk desk = new DrillDesk(
            JDBI,
            clock,
            new Random(1),
            new DrillDesk.Records(
                    store,
                    new DrillSwitch(JDBI),
                    new SilenceStore(JDBI, Jackson.newObjectMapper()),
                    new AuditLog(JDBI, clock),
                    new Outbox(JDBI, clock),
                    DrillSigner.of(JDBI)),
            new CalmWorld(),
            new DrillMarks(),
            journal -> {});

    @BeforeEach
    void start() {
        desk.start();
    }

    @AfterEach
    void stop() throws Exception {
        desk.stopAll("the test is over", ANN);
        await().atMost(PATIENCE).until(() -> store.open().isEmpty());
        desk.stop();
        desk.release(ANN);
    }

    @Test
    void whatIsOfTierProductionBeginsWhenAnotherPersonApprovesIt() {
        String run = desk.plan(PRODUCTION, Mode.FAULT, ANN).id();
        // Another one, which one person begins, is past its beginning: the desk had its chance.
        String other = desk.plan(Scenes.scheduled("other", Drill.Tier.CI, anyTime()), Mode.ACTIONLESS, ANN)
                .id();
        await().atMost(PATIENCE).until(() -> run(other).isOver());
        assertThat(run(run).state()).isEqualTo(State.PLANNED);
        assertThat(run(run).events().toString()).contains("wanted by ann", "waits for a second person");

        assertThat(desk.approve(run, ANN))
                .as("who wanted it is no second person")
                .isFalse();
        assertThat(desk.approve("nothing", BEN)).isFalse();
        assertThat(desk.approve(run, BEN)).isTrue();
        assertThat(desk.approve(run, BEN)).as("once is enough").isFalse();

        await().atMost(PATIENCE).until(() -> run(run).state() == State.INJECTED);
        assertThat(broken).hasValue(1);
        assertThat(run(run).events().toString()).contains("approved by ben");
    }

    @Test
    void theKillSwitchMendsWhatIsBrokenAndLetsNothingBeginUntilItIsReleased() {
        String run = desk.plan(Scenes.scheduled("broken", Drill.Tier.CI, anyTime()), Mode.FAULT, ANN)
                .id();
        await().atMost(PATIENCE).until(() -> run(run).state() == State.INJECTED);

        DrillSwitch.Stop stop = desk.stopAll("the sequencer is really down", BEN);
        assertThat(stop.actor()).isEqualTo("ben");

        await().atMost(PATIENCE).until(() -> run(run).isOver());
        assertThat(broken).hasValue(0);
        assertThat(run(run).verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(run(run).why()).contains("stopped by ben", "the sequencer is really down");

        DrillSwitch.Stop again = desk.stopAll("still down", ANN);
        assertThat(again.since())
                .isEqualTo(new DrillSwitch(JDBI).stop().orElseThrow().since());
        String late = desk.plan(Scenes.scheduled("late", Drill.Tier.CI, anyTime()), Mode.FAULT, ANN)
                .id();
        await().atMost(PATIENCE).until(() -> run(late).isOver());
        assertThat(run(late).entered()).doesNotContainKey(State.STEADY);
        assertThat(run(late).why()).contains("stopped by ann", "still down");

        assertThat(desk.release(ANN)).isTrue();
        assertThat(desk.release(ANN)).isFalse();
        String free = desk.plan(Scenes.scheduled("free", Drill.Tier.CI, anyTime()), Mode.ACTIONLESS, ANN)
                .id();
        await().atMost(PATIENCE).until(() -> run(free).isOver());
        assertThat(run(free).verdict()).isEqualTo(Verdict.REHEARSED);
    }

    private static Drill.Schedule anyTime() {
        return new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of());
    }

    private DrillRun run(String id) {
        return store.find(id).orElseThrow();
    }

    /** Nothing fires, and every fault can be made. */
    private final class CalmWorld implements DrillDesk.Surroundings, Injector {
        @Override
        public Sight sight(DrillRun run, Blast blast, Instant now, boolean turn) {
            return new Sight(
                    now, List.of("rpc-b"), List.of(), Map.of("rpc-b", Map.of("lag", 0.0)), List.of(), List.of(), turn);
        }

        @Override
        public Blast blast(Drill drill) {
            return new Blast(Set.of("rpc-b"), Set.of("rpc-b"), drill.id());
        }

        @Override
        public Optional<Injector> injector(Drill drill) {
            return Optional.of(this);
        }

        @Override
        public void judgeAnew() {}

        @Override
        public Optional<String> refusal(Drill.Fault fault) {
            return Optional.empty();
        }

        @Override
        public Answer inject(Drill.Fault fault) {
            broken.incrementAndGet();
            return new Made("f-1", clock.instant().plus(fault.lease()));
        }

        @Override
        public Optional<String> undo(Drill.Fault fault, Optional<String> handle) {
            broken.set(0);
            return Optional.empty();
        }
    }
}
