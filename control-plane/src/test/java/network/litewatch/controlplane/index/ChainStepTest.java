package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.SseConsumer;
import network.litewatch.probe.http.WireTrace;
import org.junit.jupiter.api.Test;

/** Single turns of the reading, each against a chain that was told what to do. */
class ChainStepTest {
    private static final Duration ENOUGH = Duration.ofSeconds(20);

    private final FakeChain chain = new FakeChain();
    private final MemoryWriter writer = new MemoryWriter();
    private ChainIndexer indexer = ChainIndexerPropertiesTest.indexer(chain, writer);

    @Test
    void aReorgIsAsDeepAsTheBlocksThatWereReplaced() {
        grow(40);
        indexer.run(ENOUGH);
        chain.reorg(7, 2);

        ChainIndexer.Run run = indexer.run(ENOUGH);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(run.reorg()).isEqualTo(7);
        assertThat(run.mismatches()).isZero();
        assertThat(indexer.run(ENOUGH).reorg()).as("said once").isZero();
        assertThat(writer.standing()).isEqualTo(chain.events(0));
    }

    @Test
    void aChainSetUpAnewIsReadFromItsStart() {
        grow(30);
        indexer.run(ENOUGH);
        FakeChain other = new FakeChain("another genesis");
        for (int i = 0; i < 5; i++) {
            other.mine(1);
        }
        indexer = ChainIndexerPropertiesTest.indexer(other, writer);

        ChainIndexer.Run run = indexer.run(ENOUGH);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(run.reorg()).as("another chain is no reorg").isZero();
        assertThat(writer.standing()).isEqualTo(other.events(0));
    }

    @Test
    void anRpcThatIsBehindTakesNothingBack() {
        grow(30);
        indexer.run(ENOUGH);
        chain.cut(10);

        ChainIndexer.Run run = indexer.run(ENOUGH);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(run.reorg()).isZero();
        assertThat(run.events()).isZero();
        assertThat(Objects.requireNonNull(run.state()).next()).isEqualTo(31);
    }

    @Test
    void theLimitIsLearntAndGapsInAnswersAreHealed() {
        grow(100);
        chain.widest = 7;
        chain.forgetful = true;

        ChainIndexer.Run run = indexer.run(ENOUGH);

        assertThat(run.limit()).isEqualTo(7);
        assertThat(run.mismatches()).isEqualTo(run.events()).isPositive();
        assertThat(writer.standing()).isEqualTo(chain.events(0));
    }

    @Test
    void anRpcOfAnotherChainIsNotRead() {
        grow(3);
        ChainIndexer.Run run = ChainIndexerPropertiesTest.indexer(
                        chain, writer, FakeChain.CHAIN_ID + 1, () -> Instant.EPOCH)
                .run(ENOUGH);

        assertThat(run.outcome().reason()).isEqualTo(Reason.WRONG_CHAIN);
        assertThat(writer.documents).isEmpty();
    }

    @Test
    void anRpcThatSwallowsQuestionsDoesNotStopTheReading() {
        grow(30);
        AtomicLong nanos = new AtomicLong();
        ChainIndexer two = ChainIndexerPropertiesTest.indexer(
                List.of("http://127.0.0.1:1", "http://127.0.0.1:2"), new HalfDeaf(chain, nanos), writer, nanos::get);

        ChainIndexer.Run run = two.run(ENOUGH);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(writer.standing()).isEqualTo(chain.events(0));
    }

    /** Answers on port 2; on any other, time goes by until the request's deadline. */
    private record HalfDeaf(FakeChain chain, AtomicLong nanos) implements HttpExchanger {
        @Override
        public CompletableFuture<HttpResult> exchange(HttpRequest request) {
            if (request.url().port() == 2) {
                return chain.exchange(request);
            }
            nanos.addAndGet(request.deadline().toNanos());
            return CompletableFuture.completedFuture(new HttpFailure(Reason.TIMEOUT, "no answer", WireTrace.NONE));
        }

        @Override
        public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void withoutAnRpcTheGapGrowsFromWhereItWas() {
        grow(3);
        indexer.run(ENOUGH);
        chain.failures = 100;

        ChainIndexer.Run run = indexer.run(ENOUGH);

        assertThat(run.outcome().isOk()).isFalse();
        assertThat(run.head()).isZero();
        assertThat(Objects.requireNonNull(run.state()).next()).isEqualTo(4);
    }

    @Test
    void whatLeavesTheWindowGoesIntoRangesAndTheRestIsRemembered() {
        grow(600);

        indexer.run(ENOUGH);

        ChainState state = Objects.requireNonNull(writer.state);
        assertThat(state.settled()).isEqualTo(state.next() - ChainState.WINDOW);
        assertThat(state.known().values()).allMatch(sighting -> sighting.block() >= state.settled());
        assertThat(state.links()).hasSize(ChainState.WINDOW);
        assertThat(writer.settled + state.known().size())
                .isEqualTo(chain.events(0).size());
        assertThat(Map.copyOf(state.known())).hasSizeLessThan(chain.events(0).size());
    }

    private void grow(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine(i % 3 == 0 ? 1 : 0);
        }
    }
}
