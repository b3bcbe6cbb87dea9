package network.litewatch.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.fault.FaultInjector.FaultHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that can be made and those in effect. A fault ends when its lease lapses, when it is told to, or when this is closed: the
 * first of them undoes it and the others find nothing to do. An undo that fails is tried again each second, ten times. Thread-safe.
 */
public final class FaultRegistry implements AutoCloseable {

    /** The shortest and the longest lease. */
    public static final Duration MIN_LEASE = Duration.ofSeconds(1);

    /** See {@link #MIN_LEASE}. */
    public static final Duration MAX_LEASE = Duration.ofHours(2);

    private static final Logger LOG = LoggerFactory.getLogger(FaultRegistry.class);
    private static final int THREADS = 4;
    private static final int UNDO_ATTEMPTS = 10;
    private static final Duration UNDO_PAUSE = Duration.ofSeconds(1);

    /** Runs things later: a clock's other half, so that tests can own both. */
    @FunctionalInterface
    interface Later {
        /** Runs {@code task} once, after {@code delay}; not at all when it is shut down by then. */
        void run(Duration delay, Runnable task);
    }

    private record Active(Fault fault, FaultHandle handle) {}

    private final InstantSource clock;
    private final Later later;
    private final Runnable stopLater;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Map<String, FaultInjector>> injectors = new TreeMap<>(); // guarded by itself
    private final Map<String, Active> active = new ConcurrentHashMap<>();

    /** A registry that ends leases on threads of its own, so that one that takes its time keeps no other waiting; {@code clock} stamps them. */
    public FaultRegistry(InstantSource clock) {
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "fault-leases");
            thread.setDaemon(true);
            return thread;
        });
        this.clock = clock;
        this.later = (delay, task) -> {
            var unused = scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        };
        this.stopLater = scheduler::shutdownNow;
    }

    FaultRegistry(InstantSource clock, Later later) {
        this.clock = clock;
        this.later = later;
        this.stopLater = () -> {};
    }

    /** Makes faults of {@code type} at {@code target} possible; a later registration replaces an earlier one. */
    public void register(String type, String target, FaultInjector injector) {
        synchronized (injectors) {
            injectors.computeIfAbsent(type, unused -> new TreeMap<>()).put(target, injector);
        }
    }

    /** What can be injected: targets by type. */
    public Map<String, Set<String>> known() {
        synchronized (injectors) {
            Map<String, Set<String>> known = new TreeMap<>();
            injectors.forEach((type, targets) -> known.put(type, new TreeSet<>(targets.keySet())));
            return known;
        }
    }

    /**
     * Injects a fault.
     *
     * @param lease 1 s to 2 h
     * @return the fault, in effect
     * @throws NoSuchElementException when there is no such type or target, listing those that there are
     * @throws IllegalArgumentException when the arguments or the lease are wrong
     */
    public Fault inject(String type, String target, JsonNode args, Duration lease) {
        if (lease.compareTo(MIN_LEASE) < 0 || lease.compareTo(MAX_LEASE) > 0) {
            throw new IllegalArgumentException("lease: expected 1s to 120m, got " + lease.toMillis() + " ms");
        }
        FaultHandle handle = injector(type, target).inject(args, lease);
        Instant now = clock.instant();
        var fault = new Fault("f-" + ids.incrementAndGet(), type, target, args.deepCopy(), now, now.plus(lease));
        active.put(fault.id(), new Active(fault, handle));
        try {
            later.run(lease, () -> end(fault.id()));
        } catch (RejectedExecutionException e) {
            end(fault.id()); // closed meanwhile: nobody else would end it
        }
        LOG.info("fault {}: {} at {} for {} s", fault.id(), type, target, lease.toSeconds());
        return fault;
    }

    /** The faults in effect, the oldest first. */
    public List<Fault> list() {
        return active.values().stream()
                .map(Active::fault)
                .sorted((a, b) -> a.injectedAt().equals(b.injectedAt())
                        ? a.id().compareTo(b.id())
                        : a.injectedAt().compareTo(b.injectedAt()))
                .toList();
    }

    /** Ends a fault now; false when it is not in effect (any more). */
    public boolean end(String id) {
        Active ended = active.remove(id);
        if (ended == null) {
            return false;
        }
        undo(ended, 1);
        return true;
    }

    /** Ends all faults; none can be injected that lasts. */
    @Override
    public void close() {
        stopLater.run();
        for (String id : new ArrayList<>(active.keySet())) {
            end(id);
        }
    }

    private FaultInjector injector(String type, String target) {
        synchronized (injectors) {
            Map<String, FaultInjector> targets = injectors.get(type);
            if (targets == null) {
                throw new NoSuchElementException("type: no fault type " + type + "; known: " + injectors.keySet());
            }
            FaultInjector injector = targets.get(target);
            if (injector == null) {
                throw new NoSuchElementException(
                        "target: " + type + " cannot be injected at " + target + "; known: " + targets.keySet());
            }
            return injector;
        }
    }

    private void undo(Active ended, int attempt) {
        Fault fault = ended.fault();
        try {
            ended.handle().undo();
            LOG.info("fault {}: {} at {} has ended", fault.id(), fault.type(), fault.target());
        } catch (RuntimeException e) { // an injector's failure: the fault must not be forgotten because of it
            LOG.warn(
                    "fault {}: {} at {} could not be undone (attempt {})",
                    fault.id(),
                    fault.type(),
                    fault.target(),
                    attempt,
                    e);
            if (attempt < UNDO_ATTEMPTS) {
                retry(ended, attempt + 1);
            }
        }
    }

    private void retry(Active ended, int attempt) {
        try {
            later.run(UNDO_PAUSE, () -> undo(ended, attempt));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "fault {} stays: whoever made it is being stopped",
                    ended.fault().id());
        }
    }
}
