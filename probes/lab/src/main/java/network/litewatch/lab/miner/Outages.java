package network.litewatch.lab.miner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Threads;

/** Miners that go away together, or one after the other. Only those that run are taken, and only they come back. Thread-safe. */
public final class Outages implements AutoCloseable {

    private final List<Miner> miners;
    private final ScheduledExecutorService scheduler = Threads.scheduler("outages");

    public Outages(List<Miner> miners) {
        this.miners = List.copyOf(miners);
    }

    /**
     * Ends that share of the miners, rounded up, the last ones first; fresh ones are started at the end.
     *
     * @param share more than 0 and at most 1
     * @throws IllegalArgumentException when fewer run than it would take
     */
    public FaultHandle together(double share) {
        int wanted = (int) Math.ceil(share * miners.size());
        List<Miner> taken = new ArrayList<>();
        for (int i = miners.size() - 1; i >= 0 && taken.size() < wanted; i--) {
            if (miners.get(i).running()) {
                taken.add(miners.get(i));
            }
        }
        if (taken.size() < wanted) {
            throw new IllegalArgumentException(
                    "args.share: would take " + wanted + " miners, and " + taken.size() + " run");
        }
        taken.forEach(Miner::stop);
        return () -> taken.forEach(Miner::start);
    }

    /** Has one miner after the other away for {@code away}, with {@code between} until the next one goes; the last one is back at the end. */
    public FaultHandle inTurn(Duration away, Duration between) {
        return new Turns(away, between);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private final class Turns implements FaultHandle {
        private final Duration away;
        private final Duration between;
        private int turn; // guarded by this, as all below
        private boolean over;
        private List<Miner> taken = List.of();
        private Future<?> next;

        private Turns(Duration away, Duration between) {
            this.away = away;
            this.between = between;
            synchronized (this) {
                next = scheduler.submit(this::take);
            }
        }

        private synchronized void take() {
            if (over) {
                return;
            }
            Miner miner = miners.get(turn++ % miners.size());
            if (miner.running()) {
                taken = List.of(miner);
                miner.stop();
            }
            next = scheduler.schedule(this::giveBack, away.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void giveBack() {
            taken.forEach(Miner::start);
            taken = List.of();
            if (!over) {
                next = scheduler.schedule(this::take, between.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public synchronized void undo() {
            over = true;
            next.cancel(false);
            giveBack();
        }
    }
}
