package network.litewatch.probe.miner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Probe;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The canary over real sockets, as the catalogue wires it. */
@Timeout(300)
final class MinerCanaryProbeIT {
    private static final String TOKEN =
            "data: {\"task_id\":\"7\",\"choices\":[{\"text\":\"1 \",\"finish_reason\":null}]}\n\n";

    private final GuardedClient client = ScriptedServer.client();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void timesARealStream() throws Exception {
        try (ScriptedServer router = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, ScriptedServer.STREAM_HEAD);
            for (int i = 0; i < 5; i++) {
                ScriptedServer.write(socket, TOKEN);
            }
            ScriptedServer.write(socket, "data: [DONE]\n\n");
            ScriptedServer.hold(socket);
        })) {
            Finding finding = run(router.url(), Duration.ofSeconds(20));
            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements())
                    .containsEntry(Measurement.CANARY_TOKENS, 5.0)
                    .containsKeys(Measurement.CANARY_TTFT, Measurement.CANARY_END_TO_END, Measurement.CANARY_TPOT);
            assertThat(finding.measurements().get(Measurement.CANARY_TTFT)).isPositive();
            assertThat(finding.phases()).containsKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(router.requests().get(0)).startsWith("POST /api/v1/completions/3 HTTP/1.1");
        }
    }

    @Test
    void aMinerThatNeverAnswersFails() throws Exception {
        try (ScriptedServer router = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            assertThat(run(router.url(), Duration.ofMillis(300)).outcome().reason())
                    .isEqualTo(Reason.TIMEOUT);
        }
    }

    @Test
    void aStreamThatTearsIsTruncated() throws Exception {
        // One way ends the chunked body early, the other is a clean end without an end marker.
        try (ScriptedServer torn = ScriptedServer.always(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(TOKEN.length()) + "\r\n" + TOKEN + "\r\n");
                ScriptedServer ended = ScriptedServer.always(ScriptedServer.STREAM_HEAD + TOKEN)) {
            assertThat(run(torn.url(), Duration.ofSeconds(20)).outcome())
                    .isEqualTo(Outcome.failed(
                            Reason.TRUNCATED, "connection closed before the end of the answer after 1 tokens"));
            assertThat(run(ended.url(), Duration.ofSeconds(20)).outcome().reason())
                    .isEqualTo(Reason.TRUNCATED);
        }
    }

    @Test
    void aRouterThatIsGoneSaysNothingOfTheMiner() throws Exception {
        ScriptedServer router = ScriptedServer.always("");
        SecretUrl gone = router.url();
        router.close();
        Outcome outcome = run(gone, Duration.ofSeconds(20)).outcome();
        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(Reason.PATH_UNHEALTHY);
    }

    private Finding run(SecretUrl router, Duration timeout) throws Exception {
        Probe canary = new Probes(
                        client,
                        InstantSource.fixed(Instant.EPOCH),
                        System::nanoTime,
                        new SplittableRandom(3),
                        CanarySettings.DEFAULT)
                .find(MinerCanaryProbe.ID)
                .orElseThrow();
        Target target = new Target(
                new TargetId("miner-1"),
                TargetKind.MINER,
                new NetworkId("lab"),
                router,
                Optional.empty(),
                Map.of(),
                Map.of("session", "3"));
        return canary.run(target, timeout).get(25, TimeUnit.SECONDS);
    }
}
