package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Acknowledged;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.schedule.VirtualTime;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.ChainEvents;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real PostgreSQL keeps of the reading of a fake chain. */
class ChainWriterIT {
    private static final Duration ENOUGH = Duration.ofSeconds(20);
    private static final ChainEvents EVENTS =
            new ChainEvents(AbiVersion.newest(), Map.of("SessionQueueV2", FakeChain.CONTRACT));

    private final Jdbi jdbi = SharedStores.get().database("chain_writer");
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-20T10:00:00Z"));
    private final FakeChain chain = new FakeChain();
    private final List<ChainEvent> heard = new ArrayList<>();
    private final ChainWriter writer = writer();

    @BeforeEach
    void remember() {
        Acknowledged.record(jdbi);
    }

    @Test
    void whatIsReadBackIsWhatWasWritten() {
        grow(700);
        ChainIndexer.Run run = indexer(writer).run(ENOUGH);
        chain.reorg(5, 1);
        ChainState state = Objects.requireNonNull(indexer(writer).run(ENOUGH).state());

        ChainState loaded = Objects.requireNonNull(writer().load());

        assertThat(loaded.links()).isEqualTo(state.links());
        assertThat(loaded.known()).isEqualTo(state.known());
        assertThat(loaded.next()).isEqualTo(state.next()).isEqualTo(701);
        assertThat(loaded.settled()).isEqualTo(state.settled());
        assertThat(loaded.reorgDepth()).isEqualTo(5);
        assertThat(loaded.genesis()).isEqualTo(state.genesis()).isNotNull();
        assertThat(loaded.revision()).isEqualTo(state.revision());
        assertThat(run.events()).isPositive();
        assertThat(Acknowledged.ids(jdbi)).hasSize(heard.size() + removals());
    }

    @Test
    void whoeverWasOvertakenWritesNothing() {
        grow(10);
        ChainIndexer slow = indexer(writer);
        slow.run(ENOUGH);
        grow(10);
        ChainIndexer quick = indexer(writer());
        quick.run(ENOUGH);
        grow(10);
        Set<String> before = Acknowledged.ids(jdbi);

        assertThatThrownBy(() -> slow.run(ENOUGH)).isInstanceOf(ChainStore.Overtaken.class);
        assertThat(Acknowledged.ids(jdbi)).isEqualTo(before);

        assertThat(slow.run(ENOUGH).outcome().isOk())
                .as("it starts from what is stored")
                .isTrue();
        assertThat(Acknowledged.ids(jdbi)).hasSize(chain.events(0).size());
    }

    @Test
    void anAuditFindsWhatTheFirstReadingLackedAndWritesIt() {
        grow(700);
        chain.forgetful = true;
        ChainIndexer indexer = indexer(writer);
        indexer.run(ENOUGH);
        Set<String> first = Acknowledged.ids(jdbi);
        assertThat(first)
                .as("far from the head nobody looks at each header")
                .hasSizeLessThan(chain.events(0).size());

        time.advance(Duration.ofMinutes(61));
        ChainIndexer.Run run = indexer.run(ENOUGH);

        int missing = chain.events(0).size() - first.size();
        assertThat(run.mismatches()).isEqualTo(missing);
        assertThat(Acknowledged.ids(jdbi)).hasSize(chain.events(0).size()).containsAll(first);
        assertThat(indexer.run(ENOUGH).mismatches()).as("not due").isZero();
        time.advance(Duration.ofMinutes(61));
        assertThat(indexer.run(ENOUGH).mismatches()).as("mended").isZero();
    }

    @Test
    void anAuditThatGetsLessThanTheFirstReadingTakesNothingBack() {
        grow(700);
        ChainIndexer indexer = indexer(writer);
        indexer.run(ENOUGH);
        jdbi.useHandle(handle -> handle.execute("UPDATE chain_range SET events = events + 2, digest = digest # 77"));
        Set<String> before = new HashSet<>(Acknowledged.ids(jdbi));

        time.advance(Duration.ofMinutes(61));

        assertThat(indexer.run(ENOUGH).mismatches()).isEqualTo(2);
        assertThat(Acknowledged.ids(jdbi)).isEqualTo(before);
    }

    private int removals() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT coalesce(sum(removals), 0) FROM chain_event")
                .mapTo(Integer.class)
                .one());
    }

    private void grow(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine(i % 9 == 0 ? 1 : 0);
        }
    }

    private ChainWriter writer() {
        return new ChainWriter(
                jdbi,
                new Outbox(jdbi, time),
                new ChainDocuments("test", Map.of()),
                EVENTS,
                new Random(1),
                heard::addAll);
    }

    private ChainIndexer indexer(ChainWriter to) {
        return ChainIndexerPropertiesTest.indexer(chain, to, FakeChain.CHAIN_ID, time);
    }
}
