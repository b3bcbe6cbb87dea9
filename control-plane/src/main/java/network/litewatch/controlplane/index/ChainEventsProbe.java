package network.litewatch.controlplane.index;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.network.Network;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.WebSocketExchanger;
import network.litewatch.probe.rpc.PushedLogs;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading of one network's chain as a probe: each run reads on, and says how far it is. So it runs where its shard runs,
 * on one node at a time, and rules judge it as they judge everything.
 *
 * <p>Where an RPC has a WebSocket and a run has time, the run stays and reads on whenever the contracts say something, until its time
 * is over or there is a reorg or a mismatch to tell of.
 *
 * <p>A thread of its own does the work: it waits for RPCs and for the database.
 */
public final class ChainEventsProbe implements Probe, AutoCloseable {
    public static final ProbeId ID = new ProbeId("chain.events");

    private static final Logger LOG = LoggerFactory.getLogger(ChainEventsProbe.class);

    /** Share of a run's time that is read in; the rest is for the last write. */
    private static final double READING = 0.8;

    /** Shorter runs come so often that a WebSocket for each of them would cost more than it tells. */
    private static final Duration WORTH_LISTENING = Duration.ofSeconds(10);

    /** From one reading to the next within a run, however much is pushed. */
    private static final Duration SPACING = Duration.ofSeconds(1);

    private final ChainIndexer indexer;
    private final Optional<PushedLogs> pushed;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ExecutorService thread;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * What all networks' chains are read with.
     *
     * @param written hears of a network's events after they were committed; must be quick
     */
    public record Tools(
            Jdbi jdbi,
            Outbox outbox,
            InstantSource clock,
            LongSupplier nanos,
            RandomGenerator random,
            BiConsumer<NetworkId, List<ChainEvent>> written) {}

    /** The probe of {@code network}'s chain, over that network's exchangers. */
    public static ChainEventsProbe of(
            Network network, HttpExchanger exchanger, WebSocketExchanger webSockets, Tools tools) {
        String name = network.id().value();
        ChainEvents events = new ChainEvents(network.indexing().abi(), network.contracts());
        ChainIndexer.Chain chain = new ChainIndexer.Chain(
                name,
                network.chainId(),
                network.blockTime(),
                network.targets().stream()
                        .filter(target -> target.kind() == TargetKind.RPC)
                        .toList(),
                events,
                network.indexing().startBlock());
        ChainWriter writer = new ChainWriter(
                tools.jdbi(),
                tools.outbox(),
                new ChainDocuments(name, network.enums()),
                events,
                tools.random(),
                written -> tools.written().accept(network.id(), written));
        return new ChainEventsProbe(
                name,
                new ChainIndexer(chain, exchanger, writer, tools.clock(), tools.nanos()),
                PushedLogs.of(webSockets, chain.rpcs(), events.addresses()),
                tools);
    }

    private ChainEventsProbe(String network, ChainIndexer indexer, Optional<PushedLogs> pushed, Tools tools) {
        this.indexer = indexer;
        this.pushed = pushed;
        this.clock = tools.clock();
        this.nanos = tools.nanos();
        this.thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "chain-" + network);
            made.setDaemon(true);
            return made;
        });
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.CHAIN;
    }

    /** {@code target} says under which name; what is read was settled when this was made. */
    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        if (!busy.compareAndSet(false, true)) {
            // A run that was given up, as when the database hangs, still holds the thread.
            return CompletableFuture.completedFuture(
                    Finding.of(Outcome.notRun(Reason.STILL_RUNNING, "an earlier run still waits for the database")));
        }
        return CompletableFuture.supplyAsync(() -> read(timeout), thread)
                .whenComplete((finding, bug) -> busy.set(false));
    }

    private Finding read(Duration timeout) {
        Instant start = clock.instant();
        try {
            Duration reading = Duration.ofNanos((long) (timeout.toNanos() * READING));
            ChainIndexer.Run run = pushed.isEmpty() || timeout.compareTo(WORTH_LISTENING) < 0
                    ? indexer.run(reading)
                    : readOn(pushed.get(), reading);
            return finding(run, start, clock.instant());
        } catch (JdbiException | ChainStore.Overtaken e) {
            // Our environment, not our bug, and tried again at the next slot from what is stored.
            LOG.warn("a step of the chain's reading was not written: {}", e.getMessage());
            return Finding.of(Outcome.inconclusive(Reason.PROBER_ERROR, "the cursor could not be read or written"));
        }
    }

    /** Reads, and reads again whenever something was pushed, for {@code time}. */
    private ChainIndexer.Run readOn(PushedLogs logs, Duration time) {
        long end = nanos.getAsLong() + time.toNanos();
        // Before the first reading, so that nothing is said between the two.
        try (PushedLogs.Listening listening = logs.listen(time)) {
            long began = nanos.getAsLong();
            ChainIndexer.Run all = indexer.run(time);
            while (all.isQuiet() && isPushed(listening, began + SPACING.toNanos(), end - SPACING.toNanos())) {
                began = nanos.getAsLong();
                try {
                    all = all.and(indexer.run(until(end)));
                } catch (JdbiException | ChainStore.Overtaken e) {
                    // What was read before is told all the same; the next run says whether the trouble lasts.
                    LOG.warn("a step of the chain's reading was not written: {}", e.getMessage());
                    return all;
                }
            }
            return all;
        }
    }

    /** Waits for a push until {@code end}, and after it until {@code earliest}. */
    private boolean isPushed(PushedLogs.Listening listening, long earliest, long end) {
        try {
            boolean pushed = listening.await(until(end));
            if (pushed) {
                TimeUnit.NANOSECONDS.sleep(earliest - nanos.getAsLong());
            }
            return pushed;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Duration until(long end) {
        return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
    }

    private static Finding finding(ChainIndexer.Run run, Instant start, Instant end) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.CHAIN_EVENTS, (double) run.events());
        measurements.put(Measurement.CHAIN_OPENED, (double) run.opened());
        measurements.put(Measurement.CHAIN_LOG_MISMATCHES, (double) run.mismatches());
        measurements.put(Measurement.CHAIN_REORG_DEPTH, (double) run.reorg());
        measurements.put(Measurement.CHAIN_REORG_WITNESSES, run.reorg() > 0 ? (double) run.witnesses() : 0.0);
        measurements.put(Measurement.CHAIN_RANGE_LIMIT, (double) run.limit());
        ChainState state = run.state();
        if (state != null) {
            measurements.put(Measurement.CHAIN_CURSOR_NUMBER, (double) state.next() - 1);
            boolean caughtUp = !state.caughtUpAt().isBefore(start);
            measurements.put(Measurement.CHAIN_GAP, caughtUp ? 0.0 : seconds(state.caughtUpAt(), end));
            if (run.head() > 0) {
                measurements.put(Measurement.CHAIN_CURSOR_LAG, (double) Math.max(0, run.head() - state.next() + 1));
            }
        }
        return new Finding(run.outcome(), Map.of(), measurements, Map.of());
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toNanos() / 1e9);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
