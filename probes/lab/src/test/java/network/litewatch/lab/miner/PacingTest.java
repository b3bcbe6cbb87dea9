package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PacingTest {

    private static final long MS = 1_000_000;

    private final Pacing pacing = new Pacing(Duration.ofMillis(15));

    @Test
    void tokensAreDueAtFixedDistancesWhateverDelaysThem() {
        Pacing.Stream stream = pacing.start(0);
        assertThat(stream.nextDelayNanos(0)).isZero();
        assertThat(stream.nextDelayNanos(10 * MS)).isEqualTo(5 * MS);
        assertThat(stream.nextDelayNanos(40 * MS)).as("late: no wait").isZero();
        assertThat(stream.nextDelayNanos(40 * MS)).as("back on the beat").isEqualTo(5 * MS);
    }

    @Test
    void aFactorStretchesTheDistances() {
        Pacing.Stream stream = pacing.start(0);
        pacing.slowBy(2);
        stream.nextDelayNanos(0);
        assertThat(stream.nextDelayNanos(0)).isEqualTo(30 * MS);
        assertThatThrownBy(() -> pacing.slowBy(Double.NaN)).hasMessageContaining("slow_factor");
    }
}
