package network.litewatch.controlplane;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Selection;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.SloStore;
import network.litewatch.probe.Observation;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the stages meet: takes observations in batches and, in one transaction, stores them for Elasticsearch, what was
 * concluded from them, and what people are to be told. Only after the commit does memory take the new state over, so a
 * killed service loses nothing it acknowledged, and concludes nothing twice.
 *
 * <p>One thread does all of it. {@link #accept} never blocks: when the database stays away long enough to fill the queue,
 * the newest observations are refused and counted.
 */
public final class Pipeline implements Managed, Consumer<Observation> {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final int QUEUE = 20_000;
    private static final int BATCH = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Least time between two commits under load: small batches cost the database, and us, several times as much a run. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private final BlockingQueue<Observation> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Jdbi jdbi;
    private final Stores stores;
    private final Fleet fleet;
    private final AlertBook alerts;
    private final Selection selection;
    private final Listener listener;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Judging> next = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile DrillMarks drills = new DrillMarks();

    /** What a batch is written to. */
    public record Stores(
            Outbox outbox,
            MinuteSummaries summaries,
            Checkpoints checkpoints,
            AlertStore alerts,
            IncidentLog incidents,
            SloStore slos,
            Reputation reputation) {}

    /** Hears of what happened; must be quick. */
    public interface Listener {
        void refused(Observation observation);

        void committed(List<Observation> observations, List<Assessment> assessments, List<Transition> transitions);
    }

    /** Goes on from {@code fleet} and {@code alerts}, which it owns from here on, as it does {@code selection}. */
    public Pipeline(
            Jdbi jdbi,
            Stores stores,
            Fleet fleet,
            AlertBook alerts,
            Selection selection,
            Listener listener,
            InstantSource clock) {
        this.clock = clock;
        this.selection = selection;
        this.jdbi = jdbi;
        this.stores = stores;
        this.fleet = fleet;
        this.alerts = alerts;
        this.listener = listener;
        this.thread = new Thread(this::run, "pipeline");
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    /** Commits what is in the queue, as long as the database is there. */
    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }

    @Override
    public void accept(Observation observation) {
        if (!queue.offer(observation)) {
            listener.refused(observation);
        }
    }

    /** Observations that wait to be committed. */
    public int waiting() {
        return queue.size();
    }

    private void run() {
        List<Observation> batch = new ArrayList<>();
        long committed = System.nanoTime() - LINGER.toNanos();
        while (!(stopping && queue.isEmpty() && batch.isEmpty())) {
            try {
                rejudge();
                if (batch.isEmpty()) {
                    Observation first = queue.poll(200, TimeUnit.MILLISECONDS);
                    if (first == null) {
                        continue;
                    }
                    batch.add(first);
                    linger(committed);
                    queue.drainTo(batch, BATCH - 1);
                }
                process(batch);
                committed = System.nanoTime();
                batch.clear();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // The database may be away; the batch stays and is tried again, the queue holds what comes meanwhile.
                LOG.warn("batch of {} not committed; next try in {}: {}", batch.size(), RETRY, e.getMessage());
                if (stopping || !pause()) {
                    return;
                }
            }
        }
    }

    /** Lets more come in; not when nothing was committed for a while, nor when a whole batch is there. */
    private void linger(long committed) throws InterruptedException {
        long left = LINGER.toNanos() - (System.nanoTime() - committed);
        if (left > 0 && queue.size() < BATCH && !stopping) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Labels what belongs to a drill by {@code marks}. */
    void markBy(DrillMarks marks) {
        drills = marks;
    }

    /** One batch, all or nothing. Throws when it could not be committed; then nothing has changed. */
    void process(List<Observation> taken) {
        List<Observation> observations = taken.stream().map(drills::of).toList();
        Fleet.Batch assessed = drills.of(fleet.apply(observations));
        AlertBook.Changes changes = alerts.evaluate(assessed.assessments());
        Selection.Batch selected = selection.of(observations, behind(changes.transitions()));
        List<Observation> stored = Stream.concat(selected.kept().stream(), Reputation.conclusions(assessed).stream())
                .toList();
        List<Document> documents = Stream.concat(
                        stored.stream().map(ObservationDocuments::of),
                        changes.transitions().stream().map(AlertDocuments::of))
                .toList();
        jdbi.useTransaction(handle -> {
            if (!documents.isEmpty()) {
                stores.outbox().append(handle, documents);
            }
            stores.summaries().add(handle, observations, selected.kept());
            stores.checkpoints().save(handle, assessed.changed());
            stores.slos().add(handle, assessed);
            stores.alerts().save(handle, changes);
            stores.incidents().turned(handle, changes.transitions());
            // Last: it locks others out until the commit.
            stores.reputation().count(handle, stored);
        });
        fleet.commit(assessed);
        alerts.commit(changes);
        selection.commit(selected);
        // Whoever waits for one of them knows it as it was taken.
        listener.committed(List.copyOf(taken), assessed.assessments(), changes.transitions());
    }

    /** Whose runs made alerts fire or resolve: what an alert speaks of must be there to be looked at. */
    private static Set<Selection.Subject> behind(List<Transition> transitions) {
        return transitions.stream()
                .map(transition -> transition.alert().labels())
                .map(labels -> new Selection.Subject(
                        new ProbeId(Objects.requireNonNull(labels.get("probe"))),
                        new TargetId(Objects.requireNonNull(labels.get("target")))))
                .collect(Collectors.toSet());
    }

    /** What the alerts are judged by: rules, and why nobody asks what an alert speaks of (by its labels), if so. */
    public record Judging(Collection<Rule> rules, Function<Map<String, String>, Optional<String>> gone) {}

    /** Judges by {@code judging} from the next batch on, and ends the alerts that it has no place for. Thread-safe. */
    public void judgeBy(Judging judging) {
        next.set(judging);
    }

    /** Takes over what {@link #judgeBy} said last, if it has not been yet. Throws when it could not be committed. */
    void rejudge() {
        Judging judging = next.get();
        if (judging == null) {
            return;
        }
        alerts.use(judging.rules());
        AlertBook.Changes changes = alerts.retire(clock.instant(), judging.gone());
        jdbi.useTransaction(handle -> {
            stores.alerts().save(handle, changes);
            stores.incidents().turned(handle, changes.transitions());
        });
        alerts.commit(changes);
        next.compareAndSet(judging, null);
        listener.committed(List.of(), List.of(), changes.transitions());
    }
}
