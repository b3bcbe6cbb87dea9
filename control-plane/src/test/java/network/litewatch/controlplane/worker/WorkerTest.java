package network.litewatch.controlplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final BlockingQueue<String> todo = new LinkedBlockingQueue<>();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final Semaphore asked = new Semaphore(0);
    private final Worker worker = new Worker("test", FOR_EVER, this::next, e -> troubles.add(e.getMessage()));

    @Test
    void doesAllThereIsAndThenWaitsUntilItIsWoken() throws Exception {
        todo.addAll(List.of("a", "b"));
        worker.start();
        awaitAsked(3);
        assertThat(done).containsExactly("a", "b");

        todo.add("c");
        worker.wake();
        awaitAsked(2);
        worker.stop();
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void outlivesTroubleAndWaitsAfterIt() throws Exception {
        todo.addAll(List.of("throw", "a"));
        worker.start();
        awaitAsked(1);
        worker.wake();
        awaitAsked(2);
        worker.stop();

        assertThat(troubles).containsExactly("no throw");
        assertThat(done).containsExactly("a");
    }

    @Test
    void endsWhileItWaitsAndSaysSoToWorkThatGoesOn() throws Exception {
        worker.start();
        awaitAsked(1);
        assertThat(worker.isStopping()).isFalse();

        worker.stop();

        assertThat(worker.isStopping()).isTrue();
        assertThat(asked.tryAcquire()).isFalse();
    }

    @Test
    void aBackoffIsDrawnBelowABoundThatDoublesUpToItsLast() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));
        Random random = new Random(7);

        for (int attempts : new int[] {0, 1, 2, 50}) {
            long bound = Math.min(350, 100L << Math.min(attempts, 10));
            assertThat(IntStream.range(0, 500)
                            .mapToLong(i -> backoff.after(attempts, random).toMillis()))
                    .allSatisfy(wait -> assertThat(wait).isBetween(1L, bound))
                    .anySatisfy(wait -> assertThat(wait).isGreaterThan(bound * 9 / 10));
        }
    }

    private boolean next() throws IOException {
        String piece = todo.poll();
        asked.release();
        if ("throw".equals(piece)) {
            throw new IOException("no throw");
        }
        return piece != null && done.add(piece);
    }

    private void awaitAsked(int times) throws InterruptedException {
        assertThat(asked.tryAcquire(times, 30, TimeUnit.SECONDS)).isTrue();
    }
}
