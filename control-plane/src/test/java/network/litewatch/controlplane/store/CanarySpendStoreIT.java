package network.litewatch.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.sampling.CanaryBudget.Canary;
import network.litewatch.controlplane.sampling.CanaryBudget.Cost;
import network.litewatch.controlplane.sampling.CanaryBudget.Reservation;
import network.litewatch.controlplane.sampling.CanaryBudget.Spent;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.miner.CanaryKind;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class CanarySpendStoreIT {
    private static final Jdbi JDBI = SharedStores.get().database("canary_spend");
    private static final Instant SLOT = Instant.parse("2026-11-21T12:00:00Z");
    private static final Cost ONE = new Cost(150, 10, new BigDecimal("0.01"));

    private final CanarySpendStore store = new CanarySpendStore(JDBI);

    @Test
    void twoInstancesAtOnceNeverPassTheCap() {
        NetworkId network = new NetworkId("crowd");
        CanaryPolicy policy = policy(1_000, 1e6, "1");
        CanarySpendStore other = new CanarySpendStore(JDBI);

        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 64)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> (i % 2 == 0 ? store : other)
                        .reserve(canary(network, "m-" + i, CanaryKind.RATE), ONE, policy)
                        .isPresent()))
                .toList();
        long granted = tries.stream().filter(CompletableFuture::join).count();

        // Six of 150 tokens fit into 1,000.
        assertThat(granted).isEqualTo(6);
        Spent spent = spent(network);
        assertThat(spent.canaries()).isEqualTo(6);
        assertThat(spent.refused()).isEqualTo(58);
        assertThat(spent.cost().tokens()).isEqualTo(900);
    }

    @Test
    void everyCapIsAStopOfItsOwn() {
        assertThat(fitting("by-seconds", policy(1_000_000, 35, "1"))).isEqualTo(3);
        assertThat(fitting("by-fees", policy(1_000_000, 1e6, "0.05"))).isEqualTo(5);
        assertThat(fitting("by-nothing", policy(0, 1e6, "1"))).isZero();
    }

    private int fitting(String network, CanaryPolicy policy) {
        int granted = 0;
        for (int i = 0; i < 10; i++) {
            granted += store.reserve(canary(new NetworkId(network), "m", CanaryKind.PING), ONE, policy)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return granted;
    }

    @Test
    void whatWasNotUsedIsGivenBackWhereItWasTaken() {
        NetworkId network = new NetworkId("frugal");
        CanaryPolicy policy = policy(300, 1e6, "1");
        Reservation first = reserve(network, "m-1", policy).orElseThrow();
        assertThat(reserve(network, "m-2", policy)).isPresent();
        assertThat(reserve(network, "m-3", policy)).isEmpty();

        store.settle(first, new Cost(40, 0.5, new BigDecimal("0.01")));
        assertThat(spent(network).cost())
                .usingRecursiveComparison()
                .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                .isEqualTo(new Cost(190, 10.5, new BigDecimal("0.02")));
        // In no window is there more room than was really left in it.
        List<Long> minutes =
                JDBI.withHandle(handle -> handle.createQuery("SELECT tokens FROM canary_spend WHERE network = 'frugal'")
                        .mapTo(Long.class)
                        .list());
        assertThat(minutes).allSatisfy(tokens -> assertThat(tokens).isNotNegative());
        assertThat(reserve(network, "m-3", policy)).isEmpty();

        store.settle(reserve(network, "m-3", policy(400, 1e6, "1")).orElseThrow(), Cost.NONE);
        assertThat(spent(network).canaries()).isEqualTo(2);
    }

    @Test
    void theHourAndTheDayEndByTheDatabasesClock() {
        NetworkId network = new NetworkId("later");
        CanaryPolicy policy = policy(150, 1e6, "1");
        assertThat(reserve(network, "m-1", policy)).isPresent();
        assertThat(reserve(network, "m-1", policy)).isEmpty();

        age(network, Duration.ofMinutes(62));
        // The hour is free again, the day, of twice as much, not for long.
        assertThat(reserve(network, "m-1", policy)).isPresent();
        age(network, Duration.ofMinutes(62));
        assertThat(reserve(network, "m-1", policy)).isEmpty();
        age(network, Duration.ofHours(23));
        assertThat(reserve(network, "m-1", policy)).isPresent();
    }

    @Test
    void remembersWhenEachMinerWasAsked() {
        NetworkId network = new NetworkId("asked");
        store.reserve(new Canary(network, new TargetId("m-1"), CanaryKind.RATE, SLOT), ONE, policy(1_000, 1e6, "1"));
        store.reserve(
                new Canary(network, new TargetId("m-1"), CanaryKind.RATE, SLOT.plusSeconds(60)),
                ONE,
                policy(1_000, 1e6, "1"));
        store.reserve(new Canary(network, new TargetId("m-2"), CanaryKind.PING, SLOT), ONE, policy(0, 0, "0"));

        assertThat(store.lastAsked(network, CanaryKind.RATE))
                .isEqualTo(Map.of(new TargetId("m-1"), SLOT.plusSeconds(60)));
        assertThat(store.lastAsked(network, CanaryKind.PING)).isEmpty();
    }

    private Optional<Reservation> reserve(NetworkId network, String miner, CanaryPolicy policy) {
        return store.reserve(canary(network, miner, CanaryKind.RATE), ONE, policy);
    }

    private Spent spent(NetworkId network) {
        return Objects.requireNonNull(store.spent(network, Instant.EPOCH).get(CanaryKind.RATE));
    }

    private static void age(NetworkId network, Duration by) {
        JDBI.useHandle(handle -> handle.createUpdate(
                        "UPDATE canary_spend SET minute = minute - :by * interval '1 second' WHERE network = :network")
                .bind("by", by.toSeconds())
                .bind("network", network.value())
                .execute());
    }

    private static Canary canary(NetworkId network, String miner, CanaryKind kind) {
        return new Canary(network, new TargetId(miner), kind, SLOT);
    }

    private static CanaryPolicy policy(long tokens, double seconds, String fees) {
        return new CanaryPolicy(
                Map.of(),
                Duration.ofHours(4),
                List.of(),
                10,
                10,
                BigDecimal.ZERO,
                new CanaryPolicy.Budget(tokens, seconds, new BigDecimal(fees)),
                new CanaryPolicy.Budget(2 * tokens, 2 * seconds, new BigDecimal(fees).multiply(BigDecimal.valueOf(2))));
    }
}
