package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import network.litewatch.lab.http.BadRequest;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.miner.Conduct.Treatment;
import org.junit.jupiter.api.Test;

final class ConductTest {

    private final Conduct conduct = conduct("0xa");

    @Test
    void aShareOfTasksIsTakenTheSameOnesEachTime() {
        order(conduct, "{\"wrong_share\":0.3}");
        List<Treatment> once = first(1_000);
        assertThat(once).isEqualTo(first(1_000));
        assertThat(once.stream().filter(Treatment.WRONG::equals).count()).isBetween(250L, 350L);
        Conduct neighbour = conduct("0xb");
        order(neighbour, "{\"wrong_share\":0.3}");
        assertThat(LongStream.range(0, 1_000)
                        .mapToObj(task -> neighbour.of(1, task))
                        .toList())
                .as("another miner fails at others")
                .isNotEqualTo(once);
    }

    @Test
    void nothingIsTakenUntilToldAndEverythingByAShareOfOne() {
        assertThat(first(100)).containsOnly(Treatment.HONEST);
        order(conduct, "{\"hang_share\":1}");
        assertThat(first(100)).containsOnly(Treatment.HANG);
        order(conduct, "{\"hang_share\":0}");
        assertThat(first(100)).containsOnly(Treatment.HONEST);
    }

    @Test
    void thoseWhoHangAreLetGoWhenTheFaultEnds() {
        order(conduct, "{\"hang_share\":0.5}");
        var waiting = conduct.hanging();
        assertThat(waiting.getCount()).isEqualTo(1);
        order(conduct, "{\"hang_share\":0}");
        assertThat(waiting.getCount()).isZero();
    }

    @Test
    void claimsAreMultipliedAndRounded() {
        assertThat(conduct.claimed(13)).isEqualTo(13);
        order(conduct, "{\"claim_factor\":1.5}");
        assertThat(conduct.claimed(13)).isEqualTo(20);
    }

    @Test
    void aBadOrderNamesItsField() {
        assertThatThrownBy(() -> order(conduct, "{\"wrong_share\":1.5}"))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("wrong_share");
        assertThatThrownBy(() -> order(conduct, "{\"cold\":{\"load_ms\":1}}")).hasMessageContaining("idle_ms");
    }

    private List<Treatment> first(int tasks) {
        return LongStream.range(0, tasks).mapToObj(task -> conduct.of(1, task)).toList();
    }

    private static Conduct conduct(String account) {
        return new Conduct(
                account,
                name -> {
                    throw new AssertionError("no model is asked for");
                },
                new ColdStart(0));
    }

    private static void order(Conduct conduct, String json) {
        try {
            conduct.take(Json.MAPPER.readTree(json));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
