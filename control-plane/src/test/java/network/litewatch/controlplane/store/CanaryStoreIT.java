package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.rpc.CanaryLedger.End;
import network.litewatch.probe.rpc.CanaryLedger.Sent;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class CanaryStoreIT {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final BigInteger CAP = BigInteger.valueOf(300);
    private static final Jdbi JDBI = SharedStores.get().database("canary_store");

    private final CanaryStore store = new CanaryStore(JDBI);

    @Test
    void whatWasReservedSurvivesARestartAndIsFreeAfterADay() {
        TargetId canary = new TargetId("restarted");
        assertThat(store.reserve(canary, sent(1, "a", NOON, 200), CAP)).isTrue();

        CanaryStore restarted = new CanaryStore(JDBI);
        assertThat(restarted.outstanding(canary)).contains(sent(1, "a", NOON, 200));
        assertThat(restarted.reserve(canary, sent(2, "b", NOON.plusSeconds(60), 200), CAP))
                .isFalse();

        restarted.end(canary, "a", End.MINED, Optional.of(BigInteger.valueOf(90)));
        assertThat(restarted.outstanding(canary)).isEmpty();
        assertThat(restarted.reserve(canary, sent(2, "b", NOON.plusSeconds(120), 200), CAP))
                .isTrue();
        restarted.end(canary, "b", End.MINED, Optional.of(BigInteger.valueOf(200)));
        assertThat(restarted.reserve(canary, sent(3, "c", NOON.plusSeconds(180), 50), CAP))
                .isFalse();

        Instant next = NOON.plus(Duration.ofDays(1)).plusSeconds(1);
        assertThat(restarted.reserve(canary, sent(3, "c", next, 100), CAP)).isTrue();
    }

    @Test
    void whatIsNotMinedCountsWhateverItsAge() {
        TargetId canary = new TargetId("slow");
        assertThat(store.reserve(canary, sent(1, "a", NOON, 200), CAP)).isTrue();

        assertThat(store.reserve(canary, sent(2, "b", NOON.plus(Duration.ofDays(9)), 200), CAP))
                .isFalse();
    }

    @Test
    void ofOneNonceTheDearestCounts() {
        TargetId canary = new TargetId("refused");
        assertThat(store.reserve(canary, sent(1, "a", NOON, 200), CAP)).isTrue();
        store.end(canary, "a", End.REFUSED, Optional.empty());

        // Refused, but perhaps kept by the RPC: either of the two may be mined, never both.
        assertThat(store.reserve(canary, sent(1, "b", NOON.plusSeconds(60), 250), CAP))
                .isTrue();
        assertThat(store.spent(canary, NOON.minusSeconds(1))).isEqualTo(250);
        store.end(canary, "b", End.REFUSED, Optional.empty());
        assertThat(store.reserve(canary, sent(2, "c", NOON.plusSeconds(120), 60), CAP))
                .isFalse();
    }

    @Test
    void nodesThatReserveAtOnceShareTheCap() {
        TargetId canary = new TargetId("contended");
        List<CompletableFuture<Boolean>> all = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> new CanaryStore(JDBI).reserve(canary, sent(i, "h" + i, NOON, 100), CAP)))
                .toList();

        assertThat(all.stream().filter(CompletableFuture::join)).hasSize(3);
        assertThat(store.spent(canary, NOON.minusSeconds(1))).isEqualTo(CAP);
    }

    private static Sent sent(long nonce, String hash, Instant at, long most) {
        return new Sent(BigInteger.valueOf(nonce), hash, "0x02", at, BigInteger.valueOf(most));
    }
}
