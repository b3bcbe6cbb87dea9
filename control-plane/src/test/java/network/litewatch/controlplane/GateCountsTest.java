package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import network.litewatch.controlplane.gate.GateData.Part;
import org.junit.jupiter.api.Test;

class GateCountsTest {
    @Test
    void aSlotWithoutAnObservationIsAHole() {
        assertThat(GateCounts.holes(List.of(1_000L, 3_000L, 5_000L, 9_000L, 11_000L)))
                .isEqualTo(new Part(1, 6));
        assertThat(GateCounts.holes(List.of(1_000L, 3_000L, 5_000L))).isEqualTo(new Part(0, 3));
    }

    @Test
    void whatWasRepeatedBesideTheSlotsIsNone() {
        assertThat(GateCounts.holes(List.of(1_000L, 3_000L, 3_500L, 5_000L, 7_000L)))
                .isEqualTo(new Part(0, 4));
    }

    @Test
    void jitterIsNoHoleAndHidesNone() {
        assertThat(GateCounts.holes(List.of(1_000L, 3_090L, 5_010L, 7_000L, 9_095L)))
                .isEqualTo(new Part(0, 5));
        assertThat(GateCounts.holes(List.of(1_000L, 3_090L, 5_010L, 9_050L, 11_000L)))
                .isEqualTo(new Part(1, 6));
    }

    @Test
    void oneObservationHasNoHoles() {
        assertThat(GateCounts.holes(List.of(1_000L))).isEqualTo(new Part(0, 1));
    }
}
