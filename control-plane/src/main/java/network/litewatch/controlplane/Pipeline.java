package network.litewatch.controlplane;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.notify.NotificationLog;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.probe.Observation;
import org.jdbi.v3.core.Jdbi;
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

    private final BlockingQueue<Observation> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Jdbi jdbi;
    private final Stores stores;
    private final Fleet fleet;
    private final AlertBook alerts;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean stopping;

    /** What a batch is written to. */
    public record Stores(Outbox outbox, Checkpoints checkpoints, AlertStore alerts, NotificationLog notifications) {}

    /** Hears of what happened; must be quick. */
    public interface Listener {
        void refused(Observation observation);

        void committed(List<Observation> observations, List<Assessment> assessments, List<Transition> transitions);
    }

    /** Goes on from {@code fleet} and {@code alerts}, which it owns from here on. */
    public Pipeline(Jdbi jdbi, Stores stores, Fleet fleet, AlertBook alerts, Listener listener) {
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
        while (!(stopping && queue.isEmpty() && batch.isEmpty())) {
            try {
                if (batch.isEmpty()) {
                    Observation first = queue.poll(200, TimeUnit.MILLISECONDS);
                    if (first == null) {
                        continue;
                    }
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                }
                process(batch);
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

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One batch, all or nothing. Throws when it could not be committed; then nothing has changed. */
    void process(List<Observation> observations) {
        Fleet.Batch assessed = fleet.apply(observations);
        AlertBook.Changes changes = alerts.evaluate(assessed.assessments());
        List<Document> documents = Stream.concat(
                        observations.stream().map(ObservationDocuments::of),
                        changes.transitions().stream().map(AlertDocuments::of))
                .toList();
        jdbi.useTransaction(handle -> {
            stores.outbox().append(handle, documents);
            stores.checkpoints().save(handle, assessed.changed());
            stores.alerts().save(handle, changes);
            stores.notifications().insert(handle, Messages.of(changes.transitions()));
        });
        fleet.commit(assessed);
        alerts.commit(changes);
        listener.committed(List.copyOf(observations), assessed.assessments(), changes.transitions());
    }

    /** Ends alerts of rules that are gone, and says which; to be called before {@link #start}. */
    List<Transition> retire(Instant now) {
        AlertBook.Changes changes = alerts.retire(now);
        jdbi.useTransaction(handle -> {
            stores.alerts().save(handle, changes);
            stores.notifications().insert(handle, Messages.of(changes.transitions()));
        });
        alerts.commit(changes);
        return changes.transitions();
    }
}
