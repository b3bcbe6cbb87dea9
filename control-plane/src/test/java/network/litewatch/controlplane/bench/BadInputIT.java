package network.litewatch.controlplane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.lab.hostile.HostileServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cases of {@code litewatch bench badinput}, without the stopwatch. */
@Timeout(300)
final class BadInputIT {
    private final BadInput input = new BadInput(Clock.systemUTC(), Duration.ofSeconds(30));

    @Test
    void nobodyIsDialledWhoMustNotBe() throws Exception {
        try (ForbiddenListeners listeners = new ForbiddenListeners()) {
            List<BadInput.Ended> ended = input.addresses(listeners.port());

            assertThat(ended).hasSizeGreaterThanOrEqualTo(60);
            assertThat(ended).filteredOn(one -> !one.isRight()).isEmpty();
            assertThat(listeners.accepted()).isZero();
        }
    }

    @Test
    void everyHostileAnswerEndsForItsOwnReason() throws Exception {
        try (HostileServer server = new HostileServer()) {
            assertThat(BadInput.wantedReasons().keySet()).containsExactlyInAnyOrderElementsOf(server.paths());
            List<BadInput.Ended> ended = new ArrayList<>();

            input.answers(server.port(), server.paths(), ended::add);

            assertThat(ended).hasSameSizeAs(server.paths());
            assertThat(ended).filteredOn(one -> !one.isRight()).isEmpty();
        }
    }
}
