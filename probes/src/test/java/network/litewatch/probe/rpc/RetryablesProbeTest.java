package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.litewatch.probe.rpc.RetryableTickets.Span;
import org.junit.jupiter.api.Test;

/** What is known of retryable tickets without a chain; the trials of failure modes have one. */
final class RetryablesProbeTest {
    @Test
    void theTopicsAreThoseOfThePrecompile() {
        assertThat(ArbRetryableTx.CREATED)
                .isEqualTo("0x7c793cced5743dc5f531bbe2bfb5a9fa3f40adef29231e6ab165c08a29e3dd89");
        assertThat(ArbRetryableTx.SCHEDULED)
                .isEqualTo("0x5ccd009502509cf28762c67858994d85b163bb6e451f5e9df7c5e18c9c2e123e");
        assertThat(ArbRetryableTx.GET_TIMEOUT).isEqualTo("0x9f1025c6");
    }

    @Test
    void anAliasWrapsAround() {
        assertThat(ArbRetryableTx.alias("0x0000000000000000000000000000000000000001"))
                .isEqualTo("0x1111000000000000000000000000000000001112");
        assertThat(ArbRetryableTx.alias("0xffffffffffffffffffffffffffffffffffffffff"))
                .isEqualTo("0x1111000000000000000000000000000000001110");
    }

    @Test
    void readsWhatIsNewFirstAndThenDownToTheLowest() {
        RetryableTickets tickets = RetryableTickets.before(100, Set.of());

        List<Span> first = tickets.next(100, 61, 15, 2);
        assertThat(first).containsExactly(new Span(86, 100), new Span(71, 85));
        tickets = tickets.read(first, Map.of());
        assertThat(tickets.unread(110, 61)).isEqualTo(20);

        List<Span> second = tickets.next(110, 61, 15, 4);
        assertThat(second).containsExactly(new Span(101, 110), new Span(61, 70));
        tickets = tickets.read(second, Map.of());
        assertThat(tickets.unread(110, 61)).isZero();
        assertThat(tickets.next(110, 61, 15, 4)).isEmpty();
    }

    @Test
    void asksForTheOpenOnesAgainAndForgetsTheOthers() {
        RetryableTickets tickets = RetryableTickets.before(10, Set.of("watched"))
                .read(List.of(new Span(1, 10)), Map.of("a", "tx-a", "b", "b"));
        assertThat(tickets.asked()).containsKeys("watched", "a", "b");

        tickets = tickets.answered(Map.of("a", 900.0));
        assertThat(tickets.asked()).isEqualTo(Map.of("a", "tx-a"));
        assertThat(tickets.answered(Map.of()).asked()).isEmpty();
    }

    @Test
    void noListGrowsWithoutBound() {
        Map<String, String> many =
                IntStream.range(0, 200).boxed().collect(Collectors.toMap(i -> "t" + i, i -> "t" + i));
        RetryableTickets tickets = RetryableTickets.before(10, Set.of()).read(List.of(new Span(1, 10)), many);
        assertThat(tickets.next(20, 1, 5, 4)).as("while many wait").isEmpty();

        assertThat(tickets.asked()).hasSize(RetryableTickets.ASKED);
        Map<String, Double> ends = new HashMap<>();
        tickets.asked().keySet().forEach(id -> ends.put(id, Double.parseDouble(id.substring(1))));
        RetryableTickets after = tickets.answered(ends);
        assertThat(after.open()).hasSize(RetryableTickets.KEPT);
        double latest = after.open().keySet().stream()
                .mapToDouble(id -> Double.parseDouble(id.substring(1)))
                .max()
                .orElseThrow();
        assertThat(ends.values().stream().filter(end -> end <= latest)).hasSize(RetryableTickets.KEPT);
        assertThat(after.unasked()).hasSize(200 - RetryableTickets.ASKED);
    }

    @Test
    void anotherChainsHeadIsTold() {
        RetryableTickets tickets = RetryableTickets.before(50_000, Set.of());
        assertThat(tickets.isOf(49_900)).isTrue();
        assertThat(tickets.isOf(12)).isFalse();
    }
}
