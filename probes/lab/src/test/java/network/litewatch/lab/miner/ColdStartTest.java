package network.litewatch.lab.miner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ColdStartTest {

    private static final long S = 1_000_000_000;

    private final ColdStart model = new ColdStart(0);

    @Test
    void anIdleModelIsLoadedAnewAndAWarmOneIsNot() {
        model.set(new ColdStart.Times(Duration.ofSeconds(3), Duration.ofSeconds(5)));
        assertThat(model.begin(4 * S)).as("not idle for long enough").isZero();
        model.finished(6 * S);
        assertThat(model.begin(11 * S)).isEqualTo(3 * S);
        assertThat(model.begin(12 * S)).as("the second waits for the same load").isEqualTo(2 * S);
        assertThat(model.begin(20 * S)).as("work under way keeps it loaded").isZero();
        model.finished(21 * S);
        model.finished(22 * S);
        model.finished(23 * S);
        assertThat(model.begin(27 * S)).isZero();
    }

    @Test
    void aModelThatStaysIsNeverLoaded() {
        assertThat(model.begin(1_000 * S)).isZero();
        model.finished(1_001 * S);
        model.set(new ColdStart.Times(Duration.ofSeconds(3), Duration.ofSeconds(5)));
        assertThat(model.begin(1_010 * S))
                .as("idle before it was told counts too")
                .isEqualTo(3 * S);
        model.finished(1_014 * S);
        model.set(null);
        assertThat(model.begin(2_000 * S)).isZero();
    }
}
