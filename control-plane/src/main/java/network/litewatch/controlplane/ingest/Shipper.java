package network.litewatch.controlplane.ingest;

import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.ingest.BulkTarget.Verdict;
import network.litewatch.controlplane.worker.Backoff;
import network.litewatch.controlplane.worker.Worker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains the outbox into Elasticsearch on a thread of its own: oldest first, each document judged by its own verdict.
 *
 * <p>May die at any point: a row leaves the outbox only after its documents are stored or buried, and a document that is
 * sent again is recognised by its id.
 */
public final class Shipper implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);
    private static final int MAX_ROWS = 50;
    // What a killed shipper had in hand waits as long as this; one that is only slow sends the same documents twice,
    // which
    // Elasticsearch recognises.
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final BulkTarget target;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Consumer<Verdict> verdicts;
    private final Worker worker;
    private volatile Status status = new Status(null, null, null);
    private int rowLimit = MAX_ROWS;
    private Preparation preparation = () -> {};
    private boolean prepared;

    /** What must succeed once before the first document goes out. */
    @FunctionalInterface
    public interface Preparation {
        void run() throws IOException;
    }

    /** How shipping goes: the last success and the last trouble, null before the first. */
    public record Status(
            @Nullable Instant lastSuccess,
            @Nullable Instant lastTrouble,
            @Nullable String trouble) {}

    /** Ships what {@code outbox} holds; {@code verdicts} hears of every document. */
    public Shipper(
            Outbox outbox, BulkTarget target, InstantSource clock, RandomGenerator random, Consumer<Verdict> verdicts) {
        this.outbox = outbox;
        this.target = target;
        this.clock = clock;
        this.random = random;
        this.verdicts = verdicts;
        this.worker = new Worker("shipper", POLL, this::shipNext, this::failed);
    }

    /** Has {@code first} done, and retried, before anything is shipped; to be called before {@link #start}. */
    public void before(Preparation first) {
        preparation = first;
    }

    @Override
    public void start() {
        worker.start();
    }

    /** Lets the batch in flight end; what is left waits in the outbox. */
    @Override
    public void stop() throws InterruptedException {
        worker.stop();
    }

    /** Says that a row was committed, so that it need not wait for the next poll. */
    public void wake() {
        worker.wake();
    }

    public Status status() {
        return status;
    }

    private boolean shipNext() throws IOException {
        if (!prepared) {
            preparation.run();
            prepared = true;
        }
        return shipOnce() > 0;
    }

    /** The database may be away, or what is prepared; the rows wait. */
    private void failed(Exception e) {
        trouble("shipping failed: " + e.getMessage());
        LOG.warn("shipping failed; next try in {}: {}", POLL, e.getMessage());
    }

    /** One round; returns how many rows were settled for good. */
    int shipOnce() {
        List<Outbox.Row> rows = outbox.claim(rowLimit, LEASE);
        if (rows.isEmpty()) {
            return 0;
        }
        List<Document> all =
                rows.stream().flatMap(row -> row.documents().stream()).toList();
        List<Verdict> answers = target.write(all);
        int done = 0;
        int next = 0;
        boolean pushedBack = false;
        for (Outbox.Row row : rows) {
            int size = row.documents().size();
            Settlement settlement = Settlement.of(row.documents(), answers.subList(next, next + size));
            next += size;
            settle(row, settlement);
            done += settlement.remaining().isEmpty() ? 1 : 0;
            pushedBack |= !settlement.remaining().isEmpty();
        }
        answers.forEach(verdicts);
        rowLimit = pushedBack ? Math.max(1, rowLimit / 2) : Math.min(MAX_ROWS, rowLimit + 1);
        if (done > 0) {
            status = new Status(clock.instant(), status.lastTrouble(), pushedBack ? status.trouble() : null);
        }
        return done;
    }

    private void settle(Outbox.Row row, Settlement settlement) {
        settlement.trouble().ifPresent(this::trouble);
        outbox.settle(
                row,
                settlement.remaining(),
                settlement.dead(),
                clock.instant().plus(Backoff.DEFAULT.after(row.attempts(), random)),
                settlement.trouble().orElse(""));
        for (Outbox.DeadLetter letter : settlement.dead()) {
            LOG.error(
                    "document refused for good, kept in dead_letter: index={} id={} type={} reason={}",
                    letter.document().index(),
                    letter.document().id(),
                    letter.errorType(),
                    letter.errorReason());
        }
    }

    private void trouble(String what) {
        status = new Status(status.lastSuccess(), clock.instant(), what);
    }

    /** What the verdicts on a row mean for it. */
    private record Settlement(List<Document> remaining, List<Outbox.DeadLetter> dead, Optional<String> trouble) {
        static Settlement of(List<Document> documents, List<Verdict> verdicts) {
            List<Document> remaining = new ArrayList<>();
            List<Outbox.DeadLetter> dead = new ArrayList<>();
            String trouble = null;
            for (int i = 0; i < documents.size(); i++) {
                Verdict verdict = verdicts.get(i);
                if (verdict instanceof Verdict.Poison poison) {
                    dead.add(new Outbox.DeadLetter(documents.get(i), poison.type(), poison.reason()));
                } else if (verdict instanceof Verdict.Retry retry) {
                    remaining.add(documents.get(i));
                    trouble = retry.reason();
                } else if (verdict instanceof Verdict.Misconfigured misconfigured) {
                    remaining.add(documents.get(i));
                    trouble = misconfigured.reason();
                }
            }
            return new Settlement(remaining, dead, Optional.ofNullable(trouble));
        }
    }
}
