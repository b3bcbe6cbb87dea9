package network.litewatch.controlplane.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.chain.ChainLog;
import network.litewatch.probe.chain.ChainRefusal;
import network.litewatch.probe.chain.LogRange;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Writes a network's steps: the documents into the outbox and the cursor beside it, in one transaction. */
final class ChainWriter implements ChainIndexer.Writer {
    private final Jdbi jdbi;
    private final ChainStore store;
    private final Outbox outbox;
    private final ChainDocuments documents;
    private final ChainEvents decoder;
    private final RandomGenerator random;
    private final Consumer<List<ChainEvent>> written;

    /** What is written to; {@code written} hears of events after their commit and must be quick. */
    ChainWriter(
            Jdbi jdbi,
            Outbox outbox,
            ChainDocuments documents,
            ChainEvents decoder,
            RandomGenerator random,
            Consumer<List<ChainEvent>> written) {
        this.jdbi = jdbi;
        this.store = new ChainStore(jdbi);
        this.outbox = outbox;
        this.documents = documents;
        this.decoder = decoder;
        this.random = random;
        this.written = written;
    }

    @Override
    public @Nullable ChainState load() {
        return store.load(documents.network()).orElse(null);
    }

    @Override
    public ChainState write(ChainState before, ChainChange change) {
        ChainState stored = jdbi.inTransaction(handle -> {
            ChainState after = store.save(handle, documents.network(), before, change);
            List<Document> batch = documents.of(change);
            if (!batch.isEmpty()) {
                outbox.append(handle, batch);
            }
            return after;
        });
        if (!change.added().isEmpty() || !change.removed().isEmpty()) {
            written.accept(change.added().stream().map(ChainChange.Added::event).toList());
        }
        return stored;
    }

    /**
     * Compares a range that was picked by chance. Where the second reading has more, its events are written again, each under
     * the id that it has, so that only the missing ones are new; where it has less, it is the second reading that lacks them.
     */
    @Override
    public int audit(ChainIndexer.Reading reading) throws ChainRefusal {
        Optional<ChainStore.RangeDigest> picked = store.anyRange(documents.network(), random);
        if (picked.isEmpty()) {
            return 0;
        }
        ChainStore.RangeDigest first = picked.get();
        List<ChainChange.Added> events = new ArrayList<>();
        long digest = 0;
        for (LogRange range : reading.read(first.from(), first.to())) {
            for (ChainLog log : range.logs()) {
                BlockHeader header = range.headers().get(log.blockNumber());
                if (header != null) {
                    ChainEvent event = decoder.decode(log);
                    events.add(new ChainChange.Added(event, Sighting.of(event, header)));
                    digest ^= log.digest();
                }
            }
        }
        ChainStore.RangeDigest second = new ChainStore.RangeDigest(first.from(), first.to(), events.size(), digest);
        if (second.equals(first)) {
            return 0;
        }
        if (second.events() >= first.events()) {
            jdbi.useTransaction(handle -> {
                store.correct(handle, documents.network(), second);
                outbox.append(handle, events.stream().map(documents::added).toList());
            });
            written.accept(List.of());
        }
        return Math.toIntExact(Math.max(1, Math.abs(second.events() - first.events())));
    }
}
