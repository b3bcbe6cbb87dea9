package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import network.litewatch.controlplane.drill.Breakage;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Injector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks injectors beside the runs, so that one that takes its time keeps no other run waiting: of each run one call at a time, in the order
 * in which they were wanted. What came of a call is kept until the run asks for it. Thread-safe.
 */
final class InjectorCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InjectorCalls.class);
    private static final int THREADS = 8;
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "drill-injector"));
    private final Map<String, CompletableFuture<Void>> going = new HashMap<>(); // guarded by itself
    private final Map<String, UnaryOperator<DrillRun>> answers = new ConcurrentHashMap<>();

    InjectorCalls(InstantSource clock) {
        this.clock = clock;
    }

    /** Has the fault of {@code run} made. */
    void inject(DrillRun run, Optional<Injector> injector) {
        enqueue(run.id(), () -> {
            if (injector.isEmpty()) {
                Instant now = clock.instant();
                return before -> before.notInjected("nothing makes faults there", true, now);
            }
            // From before it was asked: an alert cannot have fired earlier because of it.
            Instant asked = clock.instant();
            Injector.Answer answer = Breakage.make(run.drill(), injector.get());
            if (answer instanceof Injector.Made made) {
                return before -> before.injected(made.handle(), made.ends(), asked);
            }
            Injector.NotMade not = (Injector.NotMade) answer;
            Instant now = clock.instant();
            return before -> before.notInjected(not.reason(), not.certain(), now);
        });
    }

    /** Has the fault of {@code run} undone; nothing where that is being done, since it is wanted again and again until it is. */
    void undo(DrillRun run, Optional<Injector> injector) {
        synchronized (going) {
            if (!run.isOver() && going.containsKey(run.id())) {
                return;
            }
        }
        enqueue(run.id(), () -> {
            Optional<String> why = injector.isEmpty()
                    ? Optional.of("nothing makes faults there any more")
                    : Breakage.mend(run.drill(), injector.get(), Optional.ofNullable(run.fault()));
            Instant now = clock.instant();
            return why.<UnaryOperator<DrillRun>>map(reason -> before -> before.notRolledBack(reason, now))
                    .orElse(before -> before.rolledBack(now));
        });
    }

    /** What came of calls for {@code run} and was not {@link #take taken}; harmless where it is applied twice. */
    UnaryOperator<DrillRun> answer(String run) {
        return answers.getOrDefault(run, UnaryOperator.identity());
    }

    /** Forgets {@code answer}, now that it is stored. */
    void take(String run, UnaryOperator<DrillRun> answer) {
        answers.remove(run, answer);
    }

    /** Forgets what came of calls for runs that are not {@code open}. */
    void forgetAllBut(Collection<String> open) {
        answers.keySet().retainAll(open);
    }

    private interface Call {
        UnaryOperator<DrillRun> make();
    }

    private void enqueue(String run, Call call) {
        synchronized (going) {
            CompletableFuture<Void> before = going.getOrDefault(run, CompletableFuture.completedFuture(null));
            CompletableFuture<Void> mine = before.thenRunAsync(() -> keep(run, call.make()), threads)
                    .exceptionally(failure -> {
                        LOG.warn("an injector failed, against its promise: drill={}", run, failure);
                        return null;
                    });
            going.put(run, mine);
            var unused = mine.thenRun(() -> {
                synchronized (going) {
                    going.remove(run, mine);
                }
            });
        }
    }

    private void keep(String run, UnaryOperator<DrillRun> answer) {
        answers.merge(run, answer, (first, second) -> before -> second.apply(first.apply(before)));
    }

    /** Waits for calls that are being made. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(STOPPING.toSeconds(), TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
    }
}
