package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Scenes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InjectorCallsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final InjectorCalls calls = new InjectorCalls(() -> NOW);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        calls.close();
    }

    @Test
    void anInjectorThatTakesItsTimeKeepsNoOtherRunWaiting() {
        calls.inject(run("slow"), Optional.of(new Recording("slow", true)));
        calls.inject(run("quick"), Optional.of(new Recording("quick", false)));

        await().atMost(PATIENCE).until(() -> calls.answer("quick") != UnaryOperator.<DrillRun>identity());
        assertThat(calls.answer("slow").apply(run("slow"))).isEqualTo(run("slow"));
    }

    @Test
    void nothingIsUndoneBeforeItIsMade() {
        calls.inject(run("one"), Optional.of(new Recording("one", true)));
        calls.undo(run("one"), Optional.of(new Recording("one", false)));
        DrillRun over = run("one").aborted("somebody wants it", NOW);
        calls.undo(over, Optional.of(new Recording("one", false)));
        assertThat(asked).isEmpty();

        released.countDown();

        // What is wanted again and again is not queued; the last wish, of a run that is over, is.
        await().atMost(PATIENCE).until(() -> asked.size() == 2);
        assertThat(asked).containsExactly("inject one", "undo one");
    }

    @Test
    void whatCameOfACallIsThereUntilItIsTaken() {
        calls.inject(run("one"), Optional.empty());
        await().atMost(PATIENCE).until(() -> calls.answer("one") != UnaryOperator.<DrillRun>identity());

        UnaryOperator<DrillRun> answer = calls.answer("one");
        assertThat(calls.answer("one")).isSameAs(answer);
        calls.take("one", answer);

        assertThat(calls.answer("one").apply(run("one"))).isEqualTo(run("one"));
    }

    @Test
    void whatNobodyRunsAnyMoreIsForgotten() {
        calls.inject(run("gone"), Optional.empty());
        await().atMost(PATIENCE).until(() -> calls.answer("gone") != UnaryOperator.<DrillRun>identity());

        calls.forgetAllBut(Set.of("other"));

        assertThat(calls.answer("gone").apply(run("gone"))).isEqualTo(run("gone"));
    }

    private static DrillRun run(String id) {
        Drill drill =
                Scenes.scheduled(id, Drill.Tier.CI, new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of()));
        return DrillRun.planned(id, drill, Mode.FAULT, NOW);
    }

    /** Writes down what it is asked, when it lets go. */
    private final class Recording implements Injector {
        private final String name;
        private final boolean waits;

        private Recording(String name, boolean waits) {
            this.name = name;
            this.waits = waits;
        }

        @Override
        public Optional<String> refusal(Drill.Fault fault) {
            return Optional.empty();
        }

        @Override
        public Answer inject(Drill.Fault fault) {
            if (waits) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            asked.add("inject " + name);
            return new Made("f-1", NOW.plusSeconds(60));
        }

        @Override
        public Optional<String> undo(Drill.Fault fault, Optional<String> handle) {
            asked.add("undo " + name);
            return Optional.empty();
        }
    }
}
