package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.http.HttpExchanger;

/** Whatever happens to the chain, to its RPC and to us, in the end the documents say what the chain says, each thing once. */
class ChainIndexerPropertiesTest {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");

    /** What can happen between two runs. */
    enum Event {
        GROW,
        GROW_FAR,
        REORG,
        REORG_AND_BACK,
        SHORTER,
        NARROW,
        FEW_RESULTS,
        FORGETFUL,
        HONEST,
        FAIL,
        RESTART,
        DIE_BEFORE,
        DIE_AFTER,
        REORG_WHILE_READING
    }

    record Act(Event event, int size, int logs) {}

    @Property(tries = 150)
    void documentsSayWhatTheChainSays(@ForAll("acts") List<Act> acts) {
        FakeChain chain = new FakeChain();
        MemoryWriter writer = new MemoryWriter();
        ChainIndexer indexer = indexer(chain, writer);
        for (Act act : acts) {
            if (act.event() == Event.RESTART) {
                indexer = indexer(chain, writer);
            }
            happen(chain, writer, indexer, act);
            run(chain, writer, indexer);
        }
        chain.failures = 0;
        chain.countdown = 0;
        writer.dieAfter = false;
        writer.dieBefore = false;
        run(chain, writer, indexer);
        chain.mine(1);
        run(chain, writer, indexer);

        assertThat(writer.standing()).isEqualTo(chain.events(0));
        assertThat(writer.documents.stream().map(Document::id)).doesNotHaveDuplicates();
        assertThat(Objects.requireNonNull(writer.state).next()).isEqualTo(chain.head() + 1);
    }

    @Example
    void anRpcThatLeavesOutMoreThanIsHealedAtOnceIsHealedPartByPart() {
        FakeChain chain = new FakeChain();
        MemoryWriter writer = new MemoryWriter();
        ChainIndexer indexer = indexer(chain, writer);
        run(chain, writer, indexer);
        for (int i = 0; i < 200; i++) {
            chain.mine(1);
        }
        chain.forgetful = true;

        run(chain, writer, indexer);

        assertThat(writer.standing()).hasSize(200).isEqualTo(chain.events(0));
    }

    /** Whether what is still to be read is read header by header. */
    private static boolean isNear(FakeChain chain, MemoryWriter writer) {
        long next = writer.state == null ? 0 : writer.state.next();
        return chain.head() - next < ChainState.WINDOW;
    }

    private static void run(FakeChain chain, MemoryWriter writer, ChainIndexer indexer) {
        // Far from the head nobody looks at each header; what is left out there is for audits to find.
        chain.forgetful = chain.forgetful && isNear(chain, writer);
        try {
            // A millisecond a look at the clock: a run that goes round in circles comes to its end.
            indexer.run(Duration.ofSeconds(20));
        } catch (MemoryWriter.Died dead) {
            // The next run is the one after.
        }
    }

    private static void happen(FakeChain chain, MemoryWriter writer, ChainIndexer indexer, Act act) {
        BiConsumer<Integer, Integer> mine = (blocks, logs) -> {
            for (int i = 0; i < blocks; i++) {
                chain.mine((i + logs) % 3 == 0 ? logs : 0);
            }
        };
        switch (act.event()) {
            case GROW -> mine.accept(act.size(), act.logs());
            case GROW_FAR -> {
                mine.accept(40 * act.size(), act.logs());
            }
            case REORG -> chain.reorg(act.size(), act.logs());
            case REORG_AND_BACK -> {
                // What is cut off here fits nowhere once the chain below it has changed.
                chain.countdown = 0;
                List<FakeChain.Block> former = chain.cut(act.size());
                mine.accept(act.size() + 1, act.logs());
                run(chain, writer, indexer);
                chain.putBack(former);
            }
            case SHORTER -> {
                chain.reorg(act.size(), act.logs());
                chain.cut(act.size() / 2);
            }
            case NARROW -> chain.widest = act.size();
            case FEW_RESULTS -> chain.most = act.size();
            case FORGETFUL -> chain.forgetful = true;
            case HONEST -> {
                chain.forgetful = false;
                chain.widest = 10_000;
                chain.most = Integer.MAX_VALUE;
            }
            case FAIL -> chain.failures = act.size() % 4;
            case RESTART -> mine.accept(1, 1);
            case DIE_BEFORE -> {
                mine.accept(act.size(), act.logs());
                writer.dieBefore = true;
            }
            case DIE_AFTER -> {
                mine.accept(act.size(), act.logs());
                writer.dieAfter = true;
            }
            case REORG_WHILE_READING -> {
                mine.accept(act.size(), act.logs());
                chain.countdown = 1 + act.size() % 5;
                chain.surprise = () -> chain.reorg(act.size(), act.logs());
            }
        }
    }

    @Provide
    Arbitrary<List<Act>> acts() {
        return Combinators.combine(
                        Arbitraries.of(Event.values()),
                        Arbitraries.integers().between(1, 30),
                        Arbitraries.integers().between(0, 4))
                .as(Act::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    static ChainIndexer indexer(FakeChain chain, ChainIndexer.Writer writer) {
        return indexer(chain, writer, FakeChain.CHAIN_ID, () -> T0);
    }

    static ChainIndexer indexer(FakeChain chain, ChainIndexer.Writer writer, long chainId, InstantSource clock) {
        AtomicLong looks = new AtomicLong();
        return indexer(
                chainOf(List.of("http://127.0.0.1:1"), chainId),
                chain,
                writer,
                clock,
                () -> looks.incrementAndGet() * 1_000_000);
    }

    static ChainIndexer indexer(
            List<String> urls, HttpExchanger exchanger, ChainIndexer.Writer writer, LongSupplier nanos) {
        return indexer(chainOf(urls, FakeChain.CHAIN_ID), exchanger, writer, () -> T0, nanos);
    }

    private static ChainIndexer indexer(
            ChainIndexer.Chain chain,
            HttpExchanger exchanger,
            ChainIndexer.Writer writer,
            InstantSource clock,
            LongSupplier nanos) {
        return new ChainIndexer(chain, exchanger, writer, clock, nanos);
    }

    private static ChainIndexer.Chain chainOf(List<String> urls, long chainId) {
        List<Target> rpcs = urls.stream()
                .map(url -> new Target(
                        new TargetId("rpc-" + urls.indexOf(url)),
                        TargetKind.RPC,
                        new NetworkId("test"),
                        SecretUrl.parse(url),
                        Optional.empty(),
                        Map.of(),
                        Map.of()))
                .toList();
        ChainEvents events = new ChainEvents(AbiVersion.newest(), Map.of("SessionQueueV2", FakeChain.CONTRACT));
        return new ChainIndexer.Chain("test", chainId, Duration.ofSeconds(1), rpcs, events, OptionalLong.of(0));
    }
}
