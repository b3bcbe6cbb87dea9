package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.SseConsumer;
import org.junit.jupiter.api.Test;

/** A reorg, or another block 0, is the chain's on the word of two operators, else one RPC's. */
class TipVoteTest {
    private static final Duration ENOUGH = Duration.ofSeconds(20);

    private final Map<String, FakeChain> chains = new LinkedHashMap<>();
    private final List<Target> rpcs = new ArrayList<>();
    private final MemoryWriter writer = new MemoryWriter();

    @Test
    void anRpcThatIsAloneWithAnotherPastIsNotFollowed() {
        rpc("a", "one");
        rpc("b", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        chain("a").reorg(3, 1);
        mine(1);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.reorg()).isZero();
        assertThat(writer.standing()).isEqualTo(chain("b").events(0));
        assertThat(Objects.requireNonNull(run.state()).next()).isEqualTo(12);
    }

    @Test
    void whatTwoOperatorsShowIsTheChainsWhoeverElseHoldsOn() {
        rpc("a", "one");
        rpc("b", "two");
        rpc("c", "three");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        chain("b").reorg(3, 1);
        chain("c").reorg(3, 1);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.reorg()).isEqualTo(3);
        assertThat(run.witnesses()).isEqualTo(2);
        assertThat(writer.standing()).isEqualTo(chain("b").events(0));
    }

    @Test
    void twoRpcsOfOneOperatorAreOneWitness() {
        rpc("a", "one");
        rpc("b", "one");
        rpc("c", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        chain("a").reorg(3, 1);
        chain("b").reorg(3, 1);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.reorg()).isZero();
        assertThat(writer.standing()).isEqualTo(chain("c").events(0));
    }

    @Test
    void whenTheOneThatHoldsOnFallsBehindTheOtherIsFollowedOnItsWordAlone() {
        rpc("a", "one");
        rpc("b", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        chain("a").reorg(3, 1);
        for (int i = 0; i < 30; i++) {
            chain("a").mine(0);
        }
        ChainIndexer.Run run = run(indexer);

        assertThat(run.reorg()).isEqualTo(3);
        assertThat(run.witnesses()).isEqualTo(1);
        assertThat(writer.standing()).isEqualTo(chain("a").events(0));
    }

    @Test
    void anRpcOfAnotherChainIsNotReadAndTakesNothingAway() {
        rpc("a", "one");
        rpc("b", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        anotherChain("a", "another genesis", 30);
        chain("b").mine(1);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(run.head()).isEqualTo(chain("b").head());
        assertThat(writer.standing()).isEqualTo(chain("b").events(0));
    }

    @Test
    void onOneOperatorsWordNoChainIsSetUpAnew() {
        rpc("a", "one");
        rpc("b", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);
        var read = Set.copyOf(writer.standing());

        anotherChain("a", "another genesis", 30);
        anotherChain("b", "yet another genesis", 30);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(run.outcome().detail()).contains("block 0 is not the one that was read");
        assertThat(writer.standing()).isEqualTo(read);
    }

    @Test
    void onTwoOperatorsWordItIs() {
        rpc("a", "one");
        rpc("b", "two");
        mine(10);
        ChainIndexer indexer = indexer();
        run(indexer);

        anotherChain("a", "another genesis", 5);
        anotherChain("b", "another genesis", 5);
        ChainIndexer.Run run = run(indexer);

        assertThat(run.outcome()).isEqualTo(Outcome.ok());
        assertThat(writer.standing()).isEqualTo(chain("b").events(0));
    }

    private void anotherChain(String rpc, String genesis, int blocks) {
        FakeChain other = new FakeChain(genesis);
        for (int i = 0; i < blocks; i++) {
            other.mine(1);
        }
        chains.put(rpc, other);
    }

    private FakeChain chain(String rpc) {
        return Objects.requireNonNull(chains.get(rpc));
    }

    private void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chains.values().forEach(chain -> chain.mine(1));
        }
    }

    private void rpc(String id, String operator) {
        chains.put(id, new FakeChain());
        rpcs.add(new Target(
                new TargetId(id),
                TargetKind.RPC,
                new NetworkId("test"),
                SecretUrl.parse("http://" + id + ".invalid"),
                Optional.empty(),
                Map.of("operator", operator),
                Map.of()));
    }

    private ChainIndexer indexer() {
        ChainEvents events = new ChainEvents(AbiVersion.newest(), Map.of("SessionQueueV2", FakeChain.CONTRACT));
        AtomicLong looks = new AtomicLong();
        return new ChainIndexer(
                new ChainIndexer.Chain(
                        "test", FakeChain.CHAIN_ID, Duration.ofSeconds(1), rpcs, events, OptionalLong.of(0)),
                new ByHost(),
                writer,
                () -> Instant.parse("2026-11-20T10:00:00Z"),
                () -> looks.incrementAndGet() * 1_000_000);
    }

    private static ChainIndexer.Run run(ChainIndexer indexer) {
        return indexer.run(ENOUGH);
    }

    /** Asks the chain that an RPC is named after. */
    private final class ByHost implements HttpExchanger {
        @Override
        public CompletableFuture<HttpResult> exchange(HttpRequest request) {
            String host = request.url().host();
            return chain(host.substring(0, host.indexOf('.'))).exchange(request);
        }

        @Override
        public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
            throw new UnsupportedOperationException();
        }
    }
}
