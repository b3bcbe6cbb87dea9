package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.gate.GateData;
import network.litewatch.controlplane.gate.GatePlan;
import org.junit.jupiter.api.Test;

class GateRunTest {
    private static final GatePlan PLAN = new GatePlan(
            "short",
            "short",
            new GatePlan.Load(
                    4,
                    Duration.ofSeconds(2),
                    List.of(new GatePlan.Stage("steady", List.of(1L), 4, Duration.ofSeconds(1))),
                    Optional.empty()),
            List.of("freeze-head"),
            Duration.ZERO,
            List.of(),
            "0".repeat(64));

    @Test
    void whatWasSeenBeforeTheServiceWentAwayIsKept() throws Exception {
        int nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = taken.getLocalPort();
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        GateRun run = new GateRun(
                ServiceApi.local(nobody),
                new GateRun.Place(URI.create("http://127.0.0.1:" + nobody), "", Optional.empty()),
                PLAN,
                Clock.systemUTC(),
                new PrintStream(said, true, StandardCharsets.UTF_8));

        GateData seen = run.run();

        assertThat(seen.brokenOff()).hasValueSatisfying(why -> assertThat(why).contains("no service answers"));
        assertThat(seen.answers()).hasSize(4).allMatch(answer -> answer.error().isPresent());
        assertThat(seen.spans()).extracting(GateData.Span::stage).containsExactly("steady");
        assertThat(seen.counts()).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("broken off: no service answers");
    }

    @Test
    void whoIsToldToEndSaysWhatWasSeenUntilThen() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        GateRun run = new GateRun(
                ServiceApi.local(1),
                new GateRun.Place(URI.create("http://127.0.0.1:1"), "", Optional.empty()),
                PLAN,
                Clock.systemUTC(),
                new PrintStream(said, true, StandardCharsets.UTF_8));
        Thread.currentThread().interrupt();

        GateData seen = run.run();

        assertThat(seen.brokenOff()).hasValue("it was told to end");
        assertThat(seen.spans()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted())
                .as("or its report could not be written")
                .isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("broken off: it was told to end");
    }
}
